using System.Text;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds.Custom;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public class ReportBuilderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05Z");

    [Fact]
    public void Build_AnyResult_IsAReportOfItsKeyVersionsAndTime()
    {
        var result = new ImageScanResult { Result = "Passed", Method = ScanMethods.Sbom, Documents = [ScanParts.Document("text/plain", "full")] };

        var report = Build(ScannerKind.Custom, result);

        (report.Report.Key, report.Report.Versions, report.Report.Created).ShouldBe((Work(ScannerKind.Custom).Key, ScanParts.Versions, Now));
        (report.Report.Result, report.Report.Method).ShouldBe(("Passed", ScanMethods.Sbom));
        report.Documents.ShouldBe(result.Documents);
        (report.Vulnerabilities.Count, report.Packages.Count).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_Vulnerabilities_AreSummarisedAndAllKept(bool isEndOfLife)
    {
        var result = new VulnerabilityScanResult
        {
            Result = "Found",
            Vulnerabilities = [ScanParts.Vulnerability("CVE-1", Severity.High), ScanParts.Vulnerability("CVE-2", Severity.Low)],
            OperatingSystem = new OperatingSystemRelease("debian", "9", isEndOfLife),
        };

        var report = Build(ScannerKind.Vulnerability, result);

        report.Vulnerabilities.ShouldBe(result.Vulnerabilities);
        var summary = VulnerabilitySummaryJson.Read(report.Report.Summary);
        (summary.All.High, summary.All.Low, summary.EndOfLife).ShouldBe((1, 1, isEndOfLife));
    }

    [Fact]
    public void Build_VulnerabilitiesWithoutAnOperatingSystem_AreNotAtItsEnd()
    {
        var report = Build(ScannerKind.Vulnerability, new VulnerabilityScanResult { Result = "Found", Vulnerabilities = [] });
        VulnerabilitySummaryJson.Read(report.Report.Summary).EndOfLife.ShouldBeFalse();
    }

    [Fact]
    public void Build_VulnerabilityScannerWithAnotherResult_IsInvalid()
    {
        var failure = Should.Throw<ScanException>(() => Build(ScannerKind.Vulnerability, ScanParts.Passed));

        (failure.Reason, failure.Message)
            .ShouldBe((ScanReasons.InvalidContent, "fake is of kind vulnerability but does not return a VulnerabilityScanResult."));
    }

    [Fact]
    public void Build_Sbom_IsSummarisedWithoutVulnerabilitiesAndItsPackagesAreKept()
    {
        var report = Build(ScannerKind.Sbom, new ImageScanResult { Result = "Made", Documents = [ScanParts.Document("text/plain", "log"), ScanParts.Sbom] });

        report.Packages.ShouldHaveSingleItem().Name.ShouldBe("openssl");
        var summary = EnrichedSbomJson.Read(report.Report.Summary);
        (summary.Sbom.TotalPackages, summary.EnrichedFrom, summary.EnrichedBy).ShouldBe((1, null, null));
    }

    [Theory]
    [InlineData("text/plain", "fake is of kind sbom but returned no SBOM document.")]
    [InlineData(SbomMediaTypes.CycloneDxJson, "The SBOM that fake made can't be read: ")]
    public void Build_SbomScannerWithoutAReadableSbom_IsInvalid(string mediaType, string message)
    {
        var failure = Should.Throw<ScanException>(
            () => Build(ScannerKind.Sbom, new ImageScanResult { Result = "Made", Documents = [ScanParts.Document(mediaType, "{}")] }));

        failure.Reason.ShouldBe(ScanReasons.InvalidContent);
        failure.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Build_ManyEntries_KeepsTheFirstTwentyByName()
    {
        var values = Custom(Enumerable.Range(0, 50).Reverse().Select(number => ($"n{number:00}", $"{number}")));

        values.Keys.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 20).Select(number => $"n{number:00}"));
        values["n07"].ShouldBe("7");
    }

    [Theory]
    [InlineData(200, 200, false)]
    [InlineData(201, 200, true)]
    public void Build_LongText_IsCut(int length, int expected, bool isCut)
    {
        var text = new string('x', length);
        var report = Build(ScannerKind.Custom, new ImageScanResult { Result = text, Summary = new Dictionary<string, string> { [text] = text } });
        var entry = CustomSummaryJson.Read(report.Report.Summary).Values.ShouldHaveSingleItem();

        (report.Report.Result.Length, entry.Key.Length, entry.Value.Length).ShouldBe((expected, expected, expected));
        (report.Report.Result[^1] == '…', entry.Key[^1] == '…', entry.Value[^1] == '…').ShouldBe((isCut, isCut, isCut));
    }

    [Fact]
    public void Build_Words_AreClean()
    {
        var report = Build(ScannerKind.Custom, new ImageScanResult
        {
            Result = "\u001b[32mPassed\u0007",
            Summary = new Dictionary<string, string> { ["li\ncences"] = "\u001b]0;x\u0007MIT" },
        });

        report.Report.Result.ShouldBe("\uFFFD[32mPassed\uFFFD");
        CustomSummaryJson.Read(report.Report.Summary).Values.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("li cences", "\uFFFD]0;x\uFFFDMIT"));
    }

    [Fact]
    public void Build_NamesThatAreTheSameOnceTheyAreCut_KeepTheFirst() =>
        Custom([(new string('x', 300) + "b", "2"), (new string('x', 300) + "a", "1"), ("y", "3")]).Values.ShouldBe(["1", "3"], ignoreOrder: true);

    [Theory]
    [InlineData(ScanVerdict.Passed, "Passed")]
    [InlineData(ScanVerdict.Failed, "Failed")]
    [InlineData(ScanVerdict.None, null)]
    [InlineData((ScanVerdict)77, null)]
    public void Build_Verdict_IsAWordOrNothing(ScanVerdict verdict, string? expected) =>
        Summary(new ImageScanResult { Result = "2 found", Verdict = verdict }).Verdict.ShouldBe(expected);

    [Fact]
    public void Build_Figures_AreFiniteCleanAndTheFirstTwentyByName()
    {
        var figures = Enumerable.Range(0, 50).Reverse().ToDictionary(number => $"n{number:00}", number => number / 2.0, StringComparer.Ordinal);
        (figures["n00"], figures["n01"], figures["n02"]) = (double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        figures["a\n\u001b[31m" + new string('x', 300)] = -1.5;

        var kept = Summary(new ImageScanResult { Result = "Passed", Figures = figures }).ToVerdict().Figures;

        kept.Keys.Skip(1).ShouldBe(Enumerable.Range(3, 19).Select(number => $"n{number:00}"));
        (kept.First().Value, kept.First().Key.Length, kept["n03"]).ShouldBe((-1.5, 200, 1.5));
        kept.First().Key.ShouldAllBe(character => !char.IsControl(character));
    }

    /// <summary>Reports of versions without verdicts and figures, and of scanners without any, are stored alike.</summary>
    [Fact]
    public void Build_NeitherVerdictNorFigures_StoresTheSummaryAlone()
    {
        var report = Build(ScannerKind.Custom, new ImageScanResult { Result = "Passed", Summary = new Dictionary<string, string> { ["a"] = "1" } });

        Encoding.UTF8.GetString(report.Report.Summary.Span).ShouldBe("""{"values":{"a":"1"}}""");
        CustomSummaryJson.Read(report.Report.Summary).ToVerdict().Figures.ShouldBeEmpty();
    }

    private static CustomSummary Summary(ImageScanResult result) => CustomSummaryJson.Read(Build(ScannerKind.Custom, result).Report.Summary);

    private static IReadOnlyDictionary<string, string> Custom(IEnumerable<(string Name, string Value)> entries)
    {
        var summary = entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        return CustomSummaryJson.Read(Build(ScannerKind.Custom, new ImageScanResult { Result = "Passed", Summary = summary }).Report.Summary).Values;
    }

    private static NewReport Build(ScannerKind kind, ImageScanResult result) =>
        ReportBuilder.Build(Work(kind), ScanParts.Kinds.Of(kind), result, ScanParts.Versions, Now);

    private static ScanWork Work(ScannerKind kind) => ScanParts.Work(new BoundScanner(ScanParts.Use(kind), ScanParts.Registry()));
}
