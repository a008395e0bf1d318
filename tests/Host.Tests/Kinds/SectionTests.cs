using NSubstitute;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Custom;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Tests.Kinds;

public class SectionTests
{
    private static readonly DateTimeOffset Older = DateTimeOffset.Parse("2026-01-01T00:00:00Z");
    private static readonly DateTimeOffset Newer = DateTimeOffset.Parse("2026-01-02T00:00:00Z");
    private static readonly ScanProblem NotFound = new(ScanReasons.NotFound, "gone");

    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly BoundScanner _scanner = new(ScanParts.Use(ScannerKind.Vulnerability, "trivy"), ScanParts.Registry()) { Versions = ScanParts.Versions };
    private readonly ScanImage _two = ScanParts.Image("1.0", "linux/amd64", "linux/arm64");
    private readonly ScanImage _one = ScanParts.Image("1.0", "linux/amd64");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Findings_TagOutsideTheSection_AreFiltered()
    {
        var scanner = _scanner with { Use = _scanner.Use with { Tags = ["2.0"] } };

        var findings = ImageFindings.Of(_two, scanner, State(scanner, Report(_two, 0)));

        findings.Problem!.Reason.ShouldBe(ScanReasons.Filtered);
        (findings.Reports.Count, findings.Missing.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void Findings_ReportsOfAllPlatforms_AreInTheirOrderWithTheOldestTime()
    {
        var findings = ImageFindings.Of(_two, _scanner, State(_scanner, Report(_two, 1, Older, ScanMethods.Sbom), Report(_two, 0, Newer)));

        findings.Reports.Select(report => report.Key.Digest).ShouldBe(_two.Platforms.Chosen.Select(platform => platform.Digest));
        (findings.Oldest, findings.Method, findings.Problem, findings.Missing.Count).ShouldBe((Older, ScanMethods.Image, null, 0));
    }

    [Fact]
    public void Findings_OnePlatformFailed_IsNamedAndTheOthersCount()
    {
        var state = State(_scanner, Report(_two, 0));
        state.Add(Key(_two, 1), new(null, NotFound));

        var findings = ImageFindings.Of(_two, _scanner, state);

        findings.Reports.Count.ShouldBe(1);
        findings.Problem.ShouldBe(NotFound);
        findings.Missing.ShouldBe([new MissingPlatformStatus { Platform = "linux/arm64", Reason = ScanReasons.NotFound, Message = "gone" }]);
    }

    [Fact]
    public void Findings_FailedAnewWithAnOlderReport_KeepTheReportAndSayWhy()
    {
        var state = State(_scanner, Report(_two, 0), Report(_two, 1));
        state.Add(Key(_two, 1), new(null, NotFound));

        var findings = ImageFindings.Of(_two, _scanner, state);

        (findings.Reports.Count, findings.Problem, findings.Missing.Count).ShouldBe((2, NotFound, 0));
    }

    [Fact]
    public void Findings_SeveralProblems_AreThatOfTheFirstPlatform()
    {
        var state = State(_scanner);
        state.Add(Key(_two, 1), new(null, new ScanProblem(ScanReasons.TooLarge, "large")));
        state.Add(Key(_two, 0), new(null, NotFound));

        var findings = ImageFindings.Of(_two, _scanner, state);

        findings.Problem.ShouldBe(NotFound);
        findings.Missing.Select(missing => missing.Reason).ShouldBe([ScanReasons.NotFound, ScanReasons.TooLarge]);
    }

    [Fact]
    public void Findings_OnePlatformThatFailed_IsNotNamedBeside()
    {
        var state = State(_scanner);
        state.Add(Key(_one, 0), new(null, NotFound));

        var findings = ImageFindings.Of(_one, _scanner, state);

        (findings.Problem, findings.Missing.Count).ShouldBe((NotFound, 0));
    }

    [Fact]
    public void Findings_ProblemOfAllOrOfTheScanner_ComesFirst()
    {
        var broken = _scanner with { Problem = new ScanProblem(ScanReasons.ScannerUnavailable, "no tool") };
        var state = State(broken);
        state.Add(Key(_one, 0), new(null, NotFound));
        var noStore = new ScanState([_one], [broken], []) { Problem = new ScanProblem(ScanReasons.Failed, "disk full") };

        ImageFindings.Of(_one, broken, state).Problem!.Message.ShouldBe("no tool");
        ImageFindings.Of(_one, broken, noStore).Problem!.Message.ShouldBe("disk full");
    }

    [Fact]
    public void Findings_NotScannedYet_HaveNoProblem()
    {
        var findings = ImageFindings.Of(_two, _scanner, State(_scanner));

        (findings.Problem, findings.Reports.Count, findings.Missing.Count).ShouldBe((null, 0, 0));
        (findings.Oldest, findings.Method).ShouldBe((null, null));
    }

    [Fact]
    public void Findings_PlatformsThatTheImageLacks_AreNamedAndTheReasonWhereThereIsNoOther()
    {
        var lacking = new MissingPlatformStatus { Platform = "linux/riscv64", Reason = ScanReasons.NotFound, Message = "not made for it" };
        var some = _one with { Platforms = _one.Platforms with { Missing = [lacking] } };
        var none = _one with { Platforms = new PlatformChoices([], [lacking]) };

        var findings = ImageFindings.Of(some, _scanner, State(_scanner, Report(_one, 0)));
        (findings.Problem, findings.Missing.Single()).ShouldBe((null, lacking));
        ImageFindings.Of(none, _scanner, State(_scanner)).Problem.ShouldBe(new ScanProblem(ScanReasons.NotFound, "not made for it"));
    }

    [Fact]
    public void DigestsBeside_OwnDigestAlone_IsLeftOut()
    {
        var one = ImageFindings.Of(_one, _scanner, State(_scanner, Report(_one, 0)));
        var two = ImageFindings.Of(_two, _scanner, State(_scanner, Report(_two, 0), Report(_two, 1)));
        var own = _one.Platforms.Chosen[0].Digest.ToString();

        one.DigestsBeside(own).ShouldBeEmpty();
        one.DigestsBeside("sha256:other").ShouldBe([own]);
        two.DigestsBeside(own).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Vulnerabilities_OneReport_IsItsSummaryByTheThreshold()
    {
        var summary = VulnerabilitySummary.Of(
            [ScanParts.Vulnerability("CVE-1", Severity.High), ScanParts.Vulnerability("CVE-2", Severity.Low)], isEndOfLife: true);
        var findings = ImageFindings.Of(_one, _scanner, State(_scanner, Report(_one, 0, Newer, summary: VulnerabilitySummaryJson.Write(summary))));

        var status = await BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus { Digest = "sha256:index" });

        (status!.High, status.Low, status.Total, status.EndOfLife).ShouldBe((1, 0, 1, true));
        (status.LastScanTime, status.Scanner, status.Method, status.Reason, status.Message).ShouldBe((Newer, "trivy", ScanMethods.Image, null, null));
        status.ReportDigests.ShouldBe([_one.Platforms.Chosen[0].Digest.ToString()]);
        await _store.DidNotReceiveWithAnyArgs().ReadVulnerabilitiesAsync(default!, Cancel);
    }

    [Theory]
    [InlineData(null, null, 3)]
    [InlineData("LOW", null, 4)]
    [InlineData("LOW", true, 3)]
    [InlineData("CRITICAL", false, 0)]
    public async Task Vulnerabilities_ThresholdAndFixes_CutTheCounts(string? threshold, bool? ignoreUnfixed, int total)
    {
        Vulnerability[] found =
        [
            ScanParts.Vulnerability("CVE-1"),
            ScanParts.Vulnerability("CVE-2"),
            ScanParts.Vulnerability("CVE-3", Severity.Medium) with { FixedVersion = null },
            ScanParts.Vulnerability("CVE-4", Severity.Low),
        ];
        var report = Report(_one, 0, summary: VulnerabilitySummaryJson.Write(VulnerabilitySummary.Of(found, false)));
        var findings = ImageFindings.Of(_one, _scanner, State(_scanner, report));
        var spec = new VulnerabilityScanningSpec { SeverityThreshold = threshold, IgnoreUnfixed = ignoreUnfixed };

        (await BuildAsync(findings, spec, new ImageStatus()))!.Total.ShouldBe(total);
    }

    [Fact]
    public async Task Vulnerabilities_SeveralPlatforms_CountEachOnceAndReadTheReportsOnce()
    {
        var reports = new[] { Report(_two, 0, Older), Report(_two, 1, Newer) };
        reports[1] = reports[1] with { Summary = VulnerabilitySummaryJson.Write(VulnerabilitySummary.Of([], isEndOfLife: true)) };
        reports[0] = reports[0] with { Summary = VulnerabilitySummaryJson.Write(VulnerabilitySummary.Of([], isEndOfLife: false)) };
        Stored(reports[0], ScanParts.Vulnerability("CVE-1"), ScanParts.Vulnerability("CVE-2"));
        Stored(reports[1], ScanParts.Vulnerability("CVE-2"), ScanParts.Vulnerability("CVE-3"));
        var section = new VulnerabilitySection();
        var findings = ImageFindings.Of(_two, _scanner, State(_scanner, reports));

        var status = await section.BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus(), _store, Cancel);
        await section.BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus(), _store, Cancel);

        (status!.High, status.EndOfLife, status.LastScanTime).ShouldBe((3, true, Older));
        await _store.ReceivedWithAnyArgs(2).ReadVulnerabilitiesAsync(default!, Cancel);
    }

    [Fact]
    public async Task Vulnerabilities_OneOfSeveralReportsMadeAnew_IsReadAgain()
    {
        var reports = new[] { Report(_two, 0, Older), Report(_two, 1, Older) };
        Stored(reports[0], ScanParts.Vulnerability("CVE-1"));
        Stored(reports[1]);
        var section = new VulnerabilitySection();
        await section.BuildAsync(
            ImageFindings.Of(_two, _scanner, State(_scanner, reports)), new VulnerabilityScanningSpec(), new ImageStatus(), _store, Cancel);
        Stored(reports[1], ScanParts.Vulnerability("CVE-2"), ScanParts.Vulnerability("CVE-3"));

        var anew = ImageFindings.Of(_two, _scanner, State(_scanner, reports[0], reports[1] with { Created = Newer }));

        (await section.BuildAsync(anew, new VulnerabilityScanningSpec(), new ImageStatus(), _store, Cancel))!.Total.ShouldBe(3);
    }

    [Fact]
    public async Task Vulnerabilities_MoreMergedSummariesThanAreKept_TheLongestUnusedIsReadAgain()
    {
        const int kept = 5_000;
        var section = new VulnerabilitySection();
        _store.ReadVulnerabilitiesAsync(Arg.Any<ReportKey>(), Arg.Any<CancellationToken>()).Returns([]);
        var empty = VulnerabilitySummaryJson.Write(VulnerabilitySummary.Of([], false));
        for (var i = 0; i < kept; i++) await BuildOfAsync(i);
        await BuildOfAsync(0);
        await BuildOfAsync(kept - 1);
        await _store.ReceivedWithAnyArgs(2 * kept).ReadVulnerabilitiesAsync(default!, Cancel);

        await BuildOfAsync(kept);
        await BuildOfAsync(0);
        await BuildOfAsync(1);

        await _store.ReceivedWithAnyArgs(2 * (kept + 2)).ReadVulnerabilitiesAsync(default!, Cancel);

        Task BuildOfAsync(int age)
        {
            var findings = new ScannerFindings
            {
                Use = _scanner.Use,
                Reports = [Report(_two, 0, Older.AddSeconds(age), summary: empty), Report(_two, 1, summary: empty)],
                Missing = [],
            };
            return section.BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus(), _store, Cancel);
        }
    }

    [Fact]
    public async Task Vulnerabilities_StoreThatFails_KeepTheLastResultAndSayWhy()
    {
        _store.ReadVulnerabilitiesAsync(Arg.Any<ReportKey>(), Arg.Any<CancellationToken>())
            .Returns<IReadOnlyList<Vulnerability>>(_ => throw new ReportStoreException("disk full"));
        var findings = ImageFindings.Of(_two, _scanner, State(_scanner, Report(_two, 0), Report(_two, 1)));

        var status = await BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus { Vulnerabilities = new VulnerabilitiesStatus { High = 7 } });

        (status!.High, status.Reason, status.Message).ShouldBe((7, ScanReasons.Failed, "disk full"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnySection_NoReport_KeepsWhatItHadAndSaysWhy(bool fails)
    {
        var findings = new ScannerFindings
        {
            Use = _scanner.Use,
            Reports = [],
            Missing = [new MissingPlatformStatus { Platform = "linux/arm64" }],
            Problem = fails ? NotFound : null,
        };
        var had = new ImageStatus { Vulnerabilities = new VulnerabilitiesStatus { High = 7 }, Sbom = new SbomStatus { TotalPackages = 7 } };
        var custom = new CustomScanStatus { Result = "Passed" };

        var vulnerabilities = await BuildAsync(findings, new VulnerabilityScanningSpec(), had);
        var sbom = SbomSection.Build(findings, had, showsVulnerabilities: false);
        var scan = CustomSection.Build(findings, custom);

        (vulnerabilities!.High, sbom!.TotalPackages, scan!.Result).ShouldBe((7, 7, "Passed"));
        var expected = fails ? ScanReasons.NotFound : null;
        (vulnerabilities.Reason, sbom.Reason, scan.Reason).ShouldBe((expected, expected, expected));
        (vulnerabilities.Message, sbom.Message, scan.Message).ShouldBe(fails ? ("gone", "gone", "gone") : (null, null, null));
        (vulnerabilities.Missing.Count, sbom.Missing.Count, scan.Missing.Count).ShouldBe(fails ? (1, 1, 1) : (0, 0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnySection_NeverAResult_IsTheReasonAloneOrNothing(bool fails)
    {
        var findings = new ScannerFindings { Use = _scanner.Use, Reports = [], Missing = [], Problem = fails ? NotFound : null };

        var vulnerabilities = await BuildAsync(findings, new VulnerabilityScanningSpec(), new ImageStatus());
        var sbom = SbomSection.Build(findings, new ImageStatus(), showsVulnerabilities: false);
        var scan = CustomSection.Build(findings, null);

        (vulnerabilities?.Reason, sbom?.Reason, scan?.Reason)
            .ShouldBe(fails ? (ScanReasons.NotFound, ScanReasons.NotFound, ScanReasons.NotFound) : (null, null, null));
        (vulnerabilities?.Total, sbom?.TotalPackages, scan?.Result).ShouldBe((null, null, null));
        (vulnerabilities is null, sbom is null, scan is null).ShouldBe((!fails, !fails, !fails));
    }

    [Theory]
    [InlineData(true, true, 3)]
    [InlineData(false, true, null)]
    [InlineData(true, false, null)]
    public void Sbom_Report_IsTheFirstPlatformsAndVulnerabilitiesAreShownWhereTheyAreKnownAndAskedFor(bool shows, bool isEnriched, int? count)
    {
        var sbom = SbomReader.Read(ScanParts.Sbom.MediaType, ScanParts.Sbom.Content);
        Vulnerability[] found =
        [
            .. Enumerable.Range(1, 3).Select(number =>
                ScanParts.Vulnerability($"CVE-{number}", Severity.Critical) with { PackageUrl = sbom.Packages[0].PackageUrl }),
        ];
        var by = isEnriched ? Report(_two, 0, Newer) : null;
        var other = EnrichedSbom.Of(SbomReader.Read(ScanParts.Sbom.MediaType, ScanParts.Document("", ScanParts.CycloneDx("bash")).Content), null, []);
        var findings = ImageFindings.Of(_two, _scanner, State(_scanner, Report(_two, 1, Older, summary: EnrichedSbomJson.Write(other)),
            Report(_two, 0, Newer, ScanMethods.Attached, EnrichedSbomJson.Write(EnrichedSbom.Of(sbom, by, found)))));

        var status = SbomSection.Build(findings, new ImageStatus(), shows)!;

        (status.TotalPackages, status.Format, status.GeneratedAt, status.Method, status.Scanner)
            .ShouldBe((1, SbomFormat.CycloneDxJson, Older, ScanMethods.Attached, "trivy"));
        var package = status.Packages.ShouldHaveSingleItem();
        (package.Name, package.Version, package.VulnerabilityCount, package.Critical).ShouldBe(("openssl", "1", count, count is null ? null : true));
        (status.Dependencies!.Outdated is null).ShouldBe(count is null);
        status.ReportDigests.Count.ShouldBe(2);
        status.PackageTypes.ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact]
    public void Custom_ReportAndAProblem_HasBoth()
    {
        var values = new Dictionary<string, string> { ["a"] = "1" };
        var state = State(_scanner, Report(_two, 0, Newer, summary: CustomSummaryJson.Write(new CustomSummary { Values = values })));
        state.Add(Key(_two, 1), new(null, NotFound));

        var status = CustomSection.Build(ImageFindings.Of(_two, _scanner, state), earlier: new CustomScanStatus { Result = "Failed" })!;

        (status.Result, status.LastScanTime, status.Reason, status.Message).ShouldBe(("Passed", Newer, ScanReasons.NotFound, "gone"));
        status.Summary["a"].ShouldBe("1");
        status.Missing.ShouldHaveSingleItem().Platform.ShouldBe("linux/arm64");
    }

    [Fact]
    public async Task VulnerabilitiesAndSbom_ReportAndAProblem_HaveBoth()
    {
        var vulnerabilities = await BuildAsync(
            WithProblem(VulnerabilitySummaryJson.Write(VulnerabilitySummary.Of([ScanParts.Vulnerability("CVE-1")], false))),
            new VulnerabilityScanningSpec(),
            new ImageStatus());
        var summary = EnrichedSbomJson.Write(EnrichedSbom.Of(SbomReader.Read(ScanParts.Sbom.MediaType, ScanParts.Sbom.Content), null, []));
        var sbom = SbomSection.Build(WithProblem(summary), new ImageStatus(), showsVulnerabilities: false);

        (vulnerabilities!.High, vulnerabilities.LastScanTime, vulnerabilities.Reason, vulnerabilities.Message)
            .ShouldBe((1, Newer, ScanReasons.NotFound, "gone"));
        (sbom!.TotalPackages, sbom.GeneratedAt, sbom.Reason, sbom.Message).ShouldBe((1, Newer, ScanReasons.NotFound, "gone"));
        vulnerabilities.Missing.ShouldHaveSingleItem().Platform.ShouldBe("linux/arm64");
        sbom.Missing.ShouldHaveSingleItem().Platform.ShouldBe("linux/arm64");

        ScannerFindings WithProblem(byte[] json)
        {
            var state = State(_scanner, Report(_two, 0, Newer, summary: json));
            state.Add(Key(_two, 1), new(null, NotFound));
            return ImageFindings.Of(_two, _scanner, state);
        }
    }

    private Task<VulnerabilitiesStatus?> BuildAsync(ScannerFindings findings, VulnerabilityScanningSpec spec, ImageStatus image) =>
        new VulnerabilitySection().BuildAsync(findings, spec, image, _store, Cancel);

    private void Stored(Report report, params Vulnerability[] found) =>
        _store.ReadVulnerabilitiesAsync(report.Key, Arg.Any<CancellationToken>()).Returns(found);

    private ReportKey Key(ScanImage image, int platform) => _scanner.KeyOf(image.Platforms.Chosen[platform]);

    private Report Report(ScanImage image, int platform, DateTimeOffset? created = null, string method = ScanMethods.Image, byte[]? summary = null) =>
        ScanParts.Report(Key(image, platform), created ?? Newer, method: method, summary: summary);

    private static ScanState State(BoundScanner scanner, params Report[] reports) => new([], [scanner], reports);
}
