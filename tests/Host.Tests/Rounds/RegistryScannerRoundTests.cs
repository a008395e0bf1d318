using System.Text.Json;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Rounds with a scanner that looks at all images together: what it is told, when it runs, and what is kept of it.</summary>
public sealed class RegistryScannerRoundTests : IAsyncLifetime
{
    private readonly FakeRegistryScanner _scanner = new();
    private RoundSandbox _sandbox = null!;
    private TestImage _image = null!;

    private static ResourceName Name => ImageRecords.NameOf(RoundSandbox.Key);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RegistryScanStatus Scan => _sandbox.Status.Scans["whole"];

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _image = _sandbox.Push("1.0.0");
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_FirstTime_IsToldAllThatIsKnown()
    {
        _sandbox.Push("1.1.0", new IndexBuilder().WithImage(RoundSandbox.Image("a")).WithImage(new ImageBuilder().WithPlatform("linux/arm64").Build()).Build());
        _sandbox.Push("chart", new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").WithFile("text/plain", "chart").Build());
        _sandbox.Push("left-out");
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Exclude = "left" }, Platforms = ["all"] });

        await _sandbox.ScanAsync();

        var request = _scanner.Requests.ShouldHaveSingleItem();
        request.Repository.Repository.ShouldBe(RoundSandbox.Repository);
        request.Tags.Order().ShouldBe(["1.0.0", "1.1.0", "chart", "left-out"]);
        request.IsTagListComplete.ShouldBeTrue();
        request.Images.Select(image => image.Tag).Order().ShouldBe(["1.0.0", "1.1.0", "chart"]);
        var image = request.Images.Single(one => one.Tag == "1.0.0");
        (image.Digest, image.Created, image.Size, image.FirstSeen).ShouldBe((_image.Digest, ImageBuilder.DefaultCreated, _image.TotalSize, RoundSandbox.Start));
        image.Platforms.ShouldBe([new PlatformManifest(Platform.Parse("linux/amd64"), _image.Digest)]);
        request.Images.Single(one => one.Tag == "1.1.0").Platforms.Select(platform => platform.Platform.ToString()).ShouldBe(["linux/amd64", "linux/arm64"]);
        request.Images.Single(one => one.Tag == "chart").Platforms.ShouldBeEmpty();
        (request.Last, request.Workloads, request.Options, request.Secrets.ToString()).ShouldBe((null, null, null, "0 secrets"));
        request.Client.ShouldNotBeNull();
    }

    [Fact]
    public async Task Scan_TagThatMoved_IsToldWithWhatItNamedBefore()
    {
        await _sandbox.ScanAsync();
        History("1.0.0").ShouldBe([new TagHistoryEntry(_image.Digest, RoundSandbox.Start)]);
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        var moved = _sandbox.Push("1.0.0", "rebuilt");
        _sandbox.Push("1.1.0");
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        _sandbox.Restart();
        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        _scanner.Calls.ShouldBe(3);
        var at = RoundSandbox.Start.AddHours(2);
        History("1.0.0").ShouldBe([new TagHistoryEntry(moved.Digest, at), new TagHistoryEntry(_image.Digest, RoundSandbox.Start, at)]);
        History("1.1.0").ShouldHaveSingleItem().From.ShouldBe(at);
    }

    [Fact]
    public async Task Scan_TagThatWasNotAnsweredFor_IsToldWithTheHistoryItHad()
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        using (_sandbox.Registry.Inject(Faults.Status(503).OnPath("/manifests/1.0.0"))) await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(2);
        History("1.0.0").ShouldBe([new TagHistoryEntry(_image.Digest, RoundSandbox.Start)]);
    }

    [Fact]
    public async Task Scan_HistoryDatedIntoTheFuture_IsNotBelieved()
    {
        var named = new Dictionary<string, Digest> { ["1.0.0"] = _image.Digest };
        var repository = $"{_sandbox.Registry.Url.Authority}/{RoundSandbox.Repository}";
        await _sandbox.Reports!.RecordTagsAsync(new SeenTags(Name, repository, RoundSandbox.Start.AddYears(1), named, ["1.0.0"]), Cancel);

        await _sandbox.ScanAsync();

        History("1.0.0").ShouldBe([new TagHistoryEntry(_image.Digest, RoundSandbox.Start)]);
    }

    /// <summary>A store that was lost has seen the tag for a short time only.</summary>
    [Theory]
    [InlineData(-9, -9)]
    [InlineData(1, 0)]
    public async Task Scan_StatusHasSeenTheImageEarlier_IsToldThat(int hours, int expected)
    {
        await _sandbox.ScanAsync();
        var since = RoundSandbox.Start.AddHours(hours);
        _sandbox.SetImage("1.0.0", image => image with { Timestamps = image.Timestamps! with { UnchangedSince = since } });
        _sandbox.Time.Advance(TimeSpan.FromHours(2));

        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        History("1.0.0").ShouldBe([new TagHistoryEntry(_image.Digest, RoundSandbox.Start.AddHours(expected))]);
    }

    /// <summary>The status was written before the tag moved and came back, which the store has seen.</summary>
    [Fact]
    public async Task Scan_HistoryHasMoreThanTheStatus_IsToldAsItIs()
    {
        await _sandbox.ScanAsync();
        var repository = $"{_sandbox.Registry.Url.Authority}/{RoundSandbox.Repository}";
        foreach (var (hour, digest) in ((int, Digest)[])[(1, Digest.Compute("other"u8)), (2, _image.Digest)])
        {
            var named = new Dictionary<string, Digest> { ["1.0.0"] = digest };
            await _sandbox.Reports!.RecordTagsAsync(new SeenTags(Name, repository, RoundSandbox.Start.AddHours(hour), named, ["1.0.0"]), Cancel);
        }

        _sandbox.SetImage("1.0.0", image => image with { Timestamps = image.Timestamps! with { UnchangedSince = RoundSandbox.Start } });
        _sandbox.Time.Advance(TimeSpan.FromHours(3));

        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        History("1.0.0")[0].ShouldBe(new TagHistoryEntry(_image.Digest, RoundSandbox.Start.AddHours(2)));
    }

    [Fact]
    public async Task Scan_NamesakeAfterwards_IsToldNothingOfTheFirstOne()
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        await _sandbox.Scan.ForgetAsync(RoundSandbox.Key, Cancel);
        await _sandbox.ScanAsync();

        History("1.0.0").ShouldHaveSingleItem().From.ShouldBe(RoundSandbox.Start.AddHours(2));
    }

    [Fact]
    public async Task Scan_TagsOfTheScanner_LimitItsImagesAlone()
    {
        _sandbox.Push("1.1.0");
        _sandbox.ChangeSpec(spec => spec with { Scanners = [new CustomScannerSpec { Name = "whole", Tags = ["1.1.0"] }] });

        await _sandbox.ScanAsync();

        _scanner.LastRequest.Images.ShouldHaveSingleItem().Tag.ShouldBe("1.1.0");
        _scanner.LastRequest.Tags.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_Result_StandsInTheStatusBesideTheImages()
    {
        _scanner.Scan = (_, _) => Task.FromResult(new RegistryScanResult
        {
            Result = "Failed\n" + new string('x', 500),
            Verdict = ScanVerdict.Failed,
            Summary = new Dictionary<string, string> { ["oldest"] = "1.0.0" },
            Figures = new Dictionary<string, double> { ["stale"] = 2.5, ["broken"] = double.NaN },
            Documents = [SampleReports.Document("[1]"), SampleReports.Document("more", "text/plain")],
        });

        await _sandbox.ScanAsync();

        Scan.Result!.Length.ShouldBe(200);
        Scan.Result.ShouldStartWith("Failed x");
        (Scan.Verdict, Scan.LastScanTime, Scan.Reason).ShouldBe(("Failed", RoundSandbox.Start, null));
        (Scan.Summary.Single(), Scan.Figures.Single()).ShouldBe((KeyValuePair.Create("oldest", "1.0.0"), KeyValuePair.Create("stale", 2.5)));
        Scan.Documents.Select(document => (document.MediaType, document.Size)).ShouldBe([("application/json", 3), ("text/plain", 4)]);
        _sandbox.Of("1.0.0")!.Scans.ShouldBeEmpty();
        _sandbox.ConditionOf("ScannersReady")!.Message.ShouldBe("whole tool 1 (database db 1)");
    }

    [Theory]
    [InlineData("nothing", 1)]
    [InlineData("the interval is not over", 1)]
    [InlineData("the interval is over", 2)]
    [InlineData("a tag comes that the filter leaves out", 2)]
    [InlineData("a tag moves", 2)]
    [InlineData("a tag goes", 2)]
    [InlineData("options", 2)]
    [InlineData("database", 2)]
    [InlineData("scanner's version", 2)]
    [InlineData("newer vulnerabilities", 2)]
    [InlineData("newer vulnerabilities that it does not ask for", 1)]
    [InlineData("newer vulnerabilities by options of another resource", 1)]
    [InlineData("newer result of another custom scanner", 1)]
    [InlineData("a user asks", 2)]
    [InlineData("dated into the future", 2)]
    [InlineData("another repository", 2)]
    [InlineData("a namesake", 2)]
    [InlineData("platforms", 2)]
    public async Task Scan_Again_RunsWhenDueOrChanged(string change, int calls)
    {
        _scanner.Descriptor = _scanner.Descriptor with { OptionsType = typeof(Options) };
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Exclude = "left" } });
        if (change == "newer vulnerabilities") AskForVulnerabilities();
        _sandbox.Restart();
        _sandbox.Push("1.1.0", new IndexBuilder().WithImage(RoundSandbox.Image("a")).WithImage(new ImageBuilder().WithPlatform("linux/arm64").Build()).Build());
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(1));

        switch (change)
        {
            case "the interval is not over": _sandbox.Time.Advance(TimeSpan.FromMinutes(58)); break;
            case "the interval is over": _sandbox.Time.Advance(TimeSpan.FromMinutes(59)); break;
            case "a tag comes that the filter leaves out": _sandbox.Push("left-out"); break;
            case "a tag moves": _sandbox.Push("1.0.0", "moved"); break;
            case "a tag goes": _sandbox.Registry.RemoveTag(RoundSandbox.Repository, "1.1.0"); break;
            case "options": SetOptions(); break;
            case "database": _scanner.Readiness = _scanner.Readiness with { DatabaseVersion = "db 2" }; break;
            case "scanner's version":
                _scanner.Descriptor = _scanner.Descriptor with { Version = "2" };
                _sandbox.Restart();
                break;
            case "newer vulnerabilities": await _sandbox.SaveAsync(Stored(_image.Digest), Cancel); break;
            case "newer vulnerabilities that it does not ask for": await _sandbox.SaveAsync(Stored(_image.Digest), Cancel); break;
            case "newer vulnerabilities by options of another resource":
                AskForVulnerabilities();
                await _sandbox.ScanAsync();
                await _sandbox.SaveAsync(OfOthers(Stored(_image.Digest)), Cancel);
                break;
            case "newer result of another custom scanner":
                await _sandbox.SaveAsync(SampleReports.New(_image.Digest, ScannerKind.Custom, "licences"), Cancel);
                break;
            case "a user asks": _sandbox.AskForScan("now"); break;
            case "dated into the future":
                _sandbox.Restart();
                var report = (await _sandbox.Reports!.FindOfResourceAsync(Name, Cancel)).Single();
                await _sandbox.Reports.SaveAsync(report with { Created = _sandbox.Now.AddDays(1) }, [], Cancel);
                break;
            case "another repository":
                _sandbox.Registry.Add("shop/other", "1.0.0", _image);
                _sandbox.ChangeSpec(spec => spec with { Repository = "shop/other" });
                break;
            case "a namesake":
                _sandbox.Store.Change(resource => resource with { Metadata = resource.Metadata with { Uid = "2" } });
                break;
            case "platforms": _sandbox.ChangeSpec(spec => spec with { Platforms = ["all"] }); break;
        }

        await _sandbox.ScanAsync();
        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(calls);
        if (calls == 1) Scan.LastScanTime.ShouldBe(RoundSandbox.Start);
        else (Scan.LastScanTime, _scanner.LastRequest.Last is null).ShouldBe((_sandbox.Now, change is "another repository" or "a namesake"));
    }

    [Fact]
    public async Task Scan_RepeatableScanner_DoesNotRunByTheInterval()
    {
        _scanner.Descriptor = _scanner.Descriptor with { IsRepeatable = true };
        _sandbox.Restart();
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromDays(1));

        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(1);

        _sandbox.Push("1.1.0");
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_Again_IsToldItsLastResultWithDocuments()
    {
        _scanner.Scan = (_, _) => Task.FromResult(new RegistryScanResult
        {
            Result = "Failed",
            Verdict = ScanVerdict.Failed,
            Figures = new Dictionary<string, double> { ["stale"] = 2 },
            Documents = [SampleReports.Document("[1]")],
        });
        await _sandbox.ScanAsync();
        _sandbox.Restart();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        await _sandbox.ScanAsync();

        var last = _scanner.LastRequest.Last.ShouldNotBeNull();
        (last.Scanner, last.Created, last.Value.Result, last.Value.Verdict, last.Value.Figures["stale"])
            .ShouldBe(("whole", RoundSandbox.Start, "Failed", ScanVerdict.Failed, 2));
        last.Value.Documents.ShouldHaveSingleItem().Content.ToArray().ShouldBe("[1]"u8.ToArray());
    }

    [Fact]
    public async Task Scan_Results_AreThoseOfItsImagesAlone()
    {
        AskForVulnerabilities();
        var other = SampleReports.Image("of another resource");
        await _sandbox.SaveAsync(Stored(_image.Digest, SampleReports.Found("CVE-1", "openssl", "1")), Cancel);
        await _sandbox.SaveAsync(Stored(other, SampleReports.Found("CVE-2", "openssl", "1")), Cancel);

        await _sandbox.ScanAsync();

        var results = _scanner.LastRequest.Results.ShouldNotBeNull();
        (await results.FindVulnerabilitiesAsync(_image.Digest, Cancel))!.Value.ShouldHaveSingleItem().Id.ShouldBe("CVE-1");
        (await results.FindVulnerabilitiesAsync(other, Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_ResultsOfOthersOptionsOrOfAScannerThatIsNotAskedFor_AreNone(bool isAsked)
    {
        if (isAsked) AskForVulnerabilities();
        var found = Stored(_image.Digest, SampleReports.Found("CVE-1", "openssl", "1"));
        await _sandbox.SaveAsync(isAsked ? OfOthers(found) : found, Cancel);

        await _sandbox.ScanAsync();

        (await _scanner.LastRequest.Results.ShouldNotBeNull().FindVulnerabilitiesAsync(_image.Digest, Cancel)).ShouldBeNull();
    }

    /// <summary>With a summary that a status can be made of.</summary>
    private static NewReport Stored(Digest image, params Vulnerability[] vulnerabilities)
    {
        var report = SampleReports.Vulnerabilities(image, vulnerabilities);
        var found = new VulnerabilityScanResult { Result = "Scanned", Vulnerabilities = vulnerabilities };
        var summary = ScanParts.Kinds.Of(ScannerKind.Vulnerability).Summarize(found, "trivy");
        return report with { Report = report.Report with { Summary = summary.Json } };
    }

    private static NewReport OfOthers(NewReport report) =>
        report with { Report = report.Report with { Key = report.Report.Key with { Options = "others" } } };

    private void AskForVulnerabilities() =>
        _sandbox.ChangeSpec(spec => spec with { VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true } });

    [Fact]
    public async Task Scan_ImageCantBeRead_IsToldAsItWas()
    {
        await _sandbox.ScanAsync();
        _sandbox.Push("1.1.0");
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/1.0.0"));

        await _sandbox.ScanAsync();

        var image = _scanner.LastRequest.Images.Single(one => one.Tag == "1.0.0");
        (image.Digest, image.Platforms.Single().Digest).ShouldBe((_image.Digest, _image.Digest));
        _scanner.Calls.ShouldBe(2);
    }

    [Theory]
    [InlineData("fails", "Failed", "whole failed. InvalidOperationException: It is broken.")]
    [InlineData("reason", "OwnReason", "By its own.")]
    [InlineData("no result", "Failed", "whole gave no result.")]
    [InlineData("unusable", "Failed", "The result of whole can't be used.")]
    [InlineData("not ready", "ScannerUnavailable", "Its tool is missing.")]
    [InlineData("options", "InvalidOptions", "spec.scanners[0].options: the scanner takes no options; remove them.")]
    [InlineData("not installed", "ScannerUnavailable", "spec.scanners[0]: no scanner 'whole' of kind custom is installed (installed: other).")]
    [InlineData("registry", "RegistryUnavailable", "away")]
    public async Task Scan_Fails_KeepsTheLastResultWithTheReason(string how, string reason, string message)
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _scanner.Scan = (_, _) => how switch
        {
            "reason" => throw new ScanException("OwnReason", "By its own."),
            "no result" => Task.FromResult<RegistryScanResult>(null!),
            "unusable" => Task.FromResult(new RegistryScanResult { Result = "Passed", Summary = null! }),
            "registry" => throw new ScanException(ScanReasons.RegistryUnavailable, "away"),
            _ => throw new InvalidOperationException("It is broken."),
        };
        if (how == "not ready") _scanner.Readiness = ScannerReadiness.Unavailable("Its tool is missing.");
        if (how == "options") SetOptions();
        if (how == "not installed")
        {
            _sandbox.RegistryScanners[0] = new FakeRegistryScanner { Descriptor = new("other", ScannerKind.Custom, "1") };
            _sandbox.Restart();
        }

        await _sandbox.Time.AdvanceUntilAsync(TimeSpan.FromMilliseconds(100), _sandbox.ScanAsync());

        (Scan.Result, Scan.LastScanTime, Scan.Reason).ShouldBe(("Passed", RoundSandbox.Start, reason));
        Scan.Message.ShouldStartWith(message);
        _sandbox.Of("1.0.0")!.Scans.ShouldBeEmpty();
        _sandbox.Status.LastScanStatus.ShouldBe("Success");
    }

    [Fact]
    public async Task Scan_NeverHadAResultAndFails_HasTheReasonAlone()
    {
        _scanner.Scan = (_, _) => throw new ScanException("OwnReason", "By its own.");

        await _sandbox.ScanAsync();

        (Scan.Result, Scan.LastScanTime, Scan.Reason, Scan.Message).ShouldBe((null, null, "OwnReason", "By its own."));
    }

    [Fact]
    public async Task Scan_StoreWasLostAndItFails_KeepsWhatTheStatusTells()
    {
        await _sandbox.ScanAsync();
        await _sandbox.Reports!.ForgetAsync(Name, Cancel);
        _scanner.Scan = (_, _) => throw new ScanException("OwnReason", "By its own.");

        await _sandbox.ScanAsync();

        (Scan.Result, Scan.Reason).ShouldBe(("Passed", "OwnReason"));
    }

    [Fact]
    public async Task Scan_OtherRepositoryAndItFails_DoesNotShowTheResultOfTheFirst()
    {
        await _sandbox.ScanAsync();
        _sandbox.Registry.Add("shop/other", "1.0.0", _image);
        _sandbox.ChangeSpec(spec => spec with { Repository = "shop/other" });
        _scanner.Scan = (_, _) => throw new ScanException("OwnReason", "By its own.");

        await _sandbox.ScanAsync();

        (Scan.Result, Scan.Reason).ShouldBe((null, "OwnReason"));
    }

    [Fact]
    public async Task Scan_FailsAgainAndAgain_IsTriedLessAndLessOften()
    {
        _scanner.Scan = (_, _) => throw new ScanException("OwnReason", "By its own.");
        var tried = new List<int>();
        for (var minute = 0; minute < 10; minute++)
        {
            var before = _scanner.Calls;
            await _sandbox.ScanAsync();
            if (_scanner.Calls > before) tried.Add(minute);
            Scan.Reason.ShouldBe("OwnReason");
            _sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        }

        tried.ShouldBe([0, 1, 3, 7]);
        _sandbox.AskForScan("now");
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // abandoned
    public async Task Scan_Hangs_EndsAtTheDeadline(bool obeys)
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _scanner.Scan = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, obeys ? token : Cancel);
            return null!;
        };
        var scan = _sandbox.ScanAsync();
        await Waiting.UntilAsync(() => _scanner.Calls == 2 || scan.IsCompleted, "the scanner runs");

        await _sandbox.Time.AdvanceUntilAsync(TimeSpan.FromSeconds(10), scan);

        (Scan.Result, Scan.Reason).ShouldBe(("Passed", "TimedOut"));
        Scan.Message.ShouldBe("whole had no result after 300 s and was ended. Raise Scanning:TimeoutSeconds if images need longer.");
    }

    [Fact]
    public async Task Scan_CancelledWhileItHangs_EndsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        _scanner.Scan = async (_, _) =>
        {
            await Task.Delay(Timeout.Infinite, Cancel);
            return null!;
        };
        var scan = _sandbox.ScanAsync(cancellationToken: stop.Token);
        await Waiting.UntilAsync(() => _scanner.Calls == 1, "the scanner runs");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(scan.SoonAsync());
    }

    [Fact]
    public async Task Scan_StoreCantBeRead_SaysSo()
    {
        await _sandbox.ScanAsync();
        var broken = Substitute.For<IReportStore>();
        broken.FindOfResourceAsync(default, Cancel).ReturnsForAnyArgs<IReadOnlyList<ResourceReport>>(_ => throw new ReportStoreException("The disk is full."));
        _sandbox.Restart(reports: broken);

        await _sandbox.ScanAsync();

        (Scan.Result, Scan.Reason, Scan.Message).ShouldBe(("Passed", "Failed", "The disk is full."));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_NeedsAKind_RunsWhereTheResourceAsksForIt(bool isAsked)
    {
        _scanner.Descriptor = _scanner.Descriptor with { Needs = [ScannerKind.Vulnerability] };
        _sandbox.Restart();
        if (isAsked) _sandbox.ChangeSpec(spec => spec with { VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true } });

        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(isAsked ? 1 : 0);
        Scan.Message.ShouldBe(isAsked ? null : "whole needs results of kind vulnerability: switch them on in the resource's spec.");
    }

    [Fact]
    public async Task Scan_NotAskedForAnyMore_LeavesTheStatus()
    {
        await _sandbox.ScanAsync();
        _sandbox.ChangeSpec(spec => spec with { Scanners = [] });

        await _sandbox.ScanAsync();

        _sandbox.Status.Scans.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_RegistryAway_KeepsTheResult()
    {
        await _sandbox.ScanAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500));

        await _sandbox.ScanAsync();

        (_sandbox.Status.LastScanStatus, Scan.Result).ShouldBe(("Failed", "Passed"));
    }

    [Fact]
    public async Task Scan_WatchingPerson_IsToldOfTheScan()
    {
        var progress = Substitute.For<IRoundProgress>();

        await _sandbox.ScanAsync(progress);

        progress.Received(1).ScansPlanned(1);
        progress.Received(1).ScanEnded();
    }

    [Fact]
    public async Task Restart_ResultInTheStore_IsNotDueAgain()
    {
        await _sandbox.ScanAsync();
        _sandbox.Restart();

        var status = await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);
        status!.Scans["whole"].Result.ShouldBe("Passed");
        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(1);
        Scan.LastScanTime.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Forget_Resource_ForgetsItsResults()
    {
        await _sandbox.ScanAsync();

        await _sandbox.Scan.ForgetAsync(RoundSandbox.Key, Cancel);

        (await _sandbox.Reports!.FindOfResourceAsync(Name, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunScanners_DueBetweenTwoLists_RunsWithTheTagsOfTheLastAndOnceMoreWithTheNext()
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 86_400 });
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        var between = await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);
        _scanner.Calls.ShouldBe(2);
        _scanner.LastRequest.Tags.ShouldBe(["1.0.0"]);
        _scanner.LastRequest.IsTagListComplete.ShouldBeFalse();
        between!.Scans["whole"].LastScanTime.ShouldBe(_sandbox.Now);

        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(3);
        _scanner.LastRequest.IsTagListComplete.ShouldBeTrue();
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(3);
    }

    [Theory]
    [InlineData(3600, 1)] // the tags come about then
    [InlineData(7199, 1)]
    [InlineData(7200, 2)] // they did not
    public async Task RunScanners_TagsAreListedAsOften_WaitsForThem(int seconds, int calls)
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 3600 });
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromSeconds(seconds));

        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        _scanner.Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task RunScanners_NewerResultOfAnImage_RunsAtOnce()
    {
        AskForVulnerabilities();
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 86_400 });
        await _sandbox.ScanAsync();
        await _sandbox.SaveAsync(Stored(_image.Digest, SampleReports.Found("CVE-1", "openssl", "1")), Cancel);
        _sandbox.Time.Advance(TimeSpan.FromMinutes(1));

        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_AfterTheImages_SeesWhatTheirScannersFoundInTheSameRound()
    {
        var found = new VulnerabilityScanResult { Result = "Vulnerable", Vulnerabilities = [ScanParts.Vulnerability("CVE-1")] };
        var images = new FakeScanner((_, _) => Task.FromResult<ImageScanResult>(found))
        {
            Descriptor = new ScannerDescriptor("trivy", ScannerKind.Vulnerability, "1"),
        };
        _sandbox.ChangeSpec(spec => spec with { VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true } });
        _sandbox.Restart(scanner: images);
        var seen = 0;
        _scanner.Scan = async (request, token) =>
        {
            seen = (await request.Results!.FindVulnerabilitiesAsync(_image.Digest, token))!.Value.Count;
            return new RegistryScanResult { Result = "Passed" };
        };

        await _sandbox.ScanAsync();

        seen.ShouldBe(1);
    }

    /// <summary>A result that a later version has written, before this one was put back.</summary>
    [Fact]
    public async Task Scan_StoredResultCantBeRead_IsMadeAnew()
    {
        await _sandbox.ScanAsync();
        var report = (await _sandbox.Reports!.FindOfResourceAsync(Name, Cancel)).Single();
        await _sandbox.Reports.SaveAsync(report with { Content = """{"result":"Passed","verdict":"Wondering"}"""u8.ToArray() }, [], Cancel);

        await _sandbox.ScanAsync();

        (Scan.Result, _scanner.Calls, _scanner.LastRequest.Last).ShouldBe(("Passed", 2, null));
    }

    [Fact]
    public async Task Scan_OptionsThatNameASecret_AreToldItsContentAndARotatedOneIsDue()
    {
        _scanner.Descriptor = _scanner.Descriptor with { OptionsType = typeof(Subscribed) };
        _sandbox.Restart();
        PutSecret("first");
        _sandbox.ChangeSpec(spec => spec with
        {
            Scanners = [spec.Scanners[0] with { Options = JsonElement.Parse("""{"token": {"name": "feed", "key": "token"}}""") }],
        });

        await _sandbox.ScanAsync();
        await _sandbox.ScanAsync();
        (_scanner.Calls, Token()).ShouldBe((1, "first"));

        PutSecret("second");
        await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);
        (_scanner.Calls, Token()).ShouldBe((2, "second"));

        _sandbox.Store.Secrets.Clear();
        await _sandbox.ScanAsync();
        (_scanner.Calls, Scan.Result, Scan.Reason).ShouldBe((2, "Passed", "InvalidSecret"));
        Scan.Message.ShouldStartWith("spec.scanners[0].options.token: Secret 'feed' does not exist");

        string Token() => _scanner.LastRequest.Secrets.GetText(((Subscribed)_scanner.LastRequest.Options!).Token!);

        void PutSecret(string token) => _sandbox.Store.Secrets["feed"] = ScanParts.Secret("feed", ("token", token));
    }

    [Fact]
    public async Task Scan_FailsAndQuotesItsSecret_SaysSoWithoutIt()
    {
        _scanner.Descriptor = _scanner.Descriptor with { OptionsType = typeof(Subscribed) };
        _sandbox.Restart();
        _sandbox.Store.Secrets["feed"] = ScanParts.Secret("feed", ("token", "hunter2-hunter2"));
        _sandbox.ChangeSpec(spec => spec with
        {
            Scanners = [spec.Scanners[0] with { Options = JsonElement.Parse("""{"token": {"name": "feed", "key": "token"}}""") }],
        });
        _scanner.Scan = (_, _) => throw new ScanException("OwnReason", "The feed refuses hunter2-hunter2.");

        await _sandbox.ScanAsync();

        (Scan.Reason, Scan.Message).ShouldBe(("OwnReason", "The feed refuses ***."));
    }

    private IReadOnlyList<TagHistoryEntry> History(string tag) => _scanner.LastRequest.Images.Single(image => image.Tag == tag).History;

    private void SetOptions() => _sandbox.ChangeSpec(spec => spec with
    {
        Scanners = [spec.Scanners[0] with { Options = JsonSerializer.SerializeToElement(new { days = 3 }) }],
    });

    public sealed record Subscribed
    {
        public SecretKeyReference? Token { get; init; }
    }

    public sealed record Options
    {
        public int Days { get; init; } = 1;
    }
}
