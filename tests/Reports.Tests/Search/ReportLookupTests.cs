using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Tests.Search;

/// <summary>Which reports a name means.</summary>
public sealed class ReportLookupTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        var platforms = new Dictionary<string, Digest> { ["linux/arm64"] = Image("arm"), ["linux/amd64"] = Image("amd") };
        await _store.SetImagesAsync(
            Shop,
            [
                new StoredImage("registry.example.com/app", "2.0", Image("index"), platforms),
                new StoredImage("registry.example.com/app", "1.0", Image("index"), platforms),
                new StoredImage("registry.example.com/app", "unread", Image("unread"), new Dictionary<string, Digest>()),
            ],
            Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("app:1.0", "amd linux/amd64, arm linux/arm64, index ")]
    [InlineData("{index}", "amd linux/amd64, arm linux/arm64, index ")]
    [InlineData("{index12}", "amd linux/amd64, arm linux/arm64, index ")]
    [InlineData("{arm}", "arm linux/arm64")]
    [InlineData("{arm12}", "arm linux/arm64")]
    [InlineData("app@{arm}", "arm linux/arm64")]
    [InlineData("app:unread", "unread ")]
    [InlineData("{unread}", "unread ")]
    [InlineData("{none}", "none ")]
    [InlineData("{none12}", "")]
    [InlineData("app:none", "")]
    public async Task FindTargetsAsync_Name_IsItsPlatformsAndTheirIndex(string name, string expected)
    {
        string[] known = ["index", "arm", "amd", "unread", "none"];
        foreach (var one in known) name = name.Replace($"{{{one}}}", Image(one).ToString()).Replace($"{{{one}12}}", Image(one).ToString()[..19]);

        var targets = await ReportLookup.FindTargetsAsync(_store, name, Token);

        var found = targets.Select(target => $"{known.Single(one => Image(one) == target.Digest)} {target.Platform}").Order(StringComparer.Ordinal);
        string.Join(", ", found).ShouldBe(expected);
    }

    [Fact]
    public async Task FindTargetsAsync_SeveralTags_AreNamedInOrderByTheFirst()
    {
        var targets = await ReportLookup.FindTargetsAsync(_store, Image("index").ToString(), Token);

        targets.Select(target => target.Platform).ShouldBe(["linux/amd64", "linux/arm64", null]);
        targets.Select(target => target.IsIndex).ShouldBe([false, false, true]);
        targets[0].Images.ShouldBe(["registry.example.com/app:1.0", "registry.example.com/app:2.0"]);
        targets[0].Name.ShouldBe("registry.example.com/app:1.0");
        new ReportTarget(Image("a"), null, []).Name.ShouldBe(Image("a").ToString());
    }

    [Fact]
    public async Task FindReportsAsync_Reports_AreByTargetKindAndScannerTheNewestOfEach()
    {
        await SaveAsync(New(Image("arm"), ScannerKind.Vulnerability, "trivy", "old"), hours: 1);
        await SaveAsync(New(Image("arm"), ScannerKind.Vulnerability, "trivy", "new"), hours: 2);
        await SaveAsync(New(Image("arm"), ScannerKind.Vulnerability, "trivy", "older"), hours: 0);
        await SaveAsync(New(Image("arm"), ScannerKind.Vulnerability, "another"), hours: 0);
        await SaveAsync(New(Image("arm"), ScannerKind.Sbom, "trivy"), hours: 0);
        await SaveAsync(New(Image("amd"), ScannerKind.Vulnerability, "trivy"), hours: 0);
        await SaveAsync(New(Image("stranger"), ScannerKind.Vulnerability, "trivy"), hours: 0);

        var reports = await ReportLookup.FindReportsAsync(_store, await ReportLookup.FindTargetsAsync(_store, "app:1.0", Token), Token);

        reports.Select(report => $"{report.Target.Platform} {report.Report.Key.Kind} {report.Report.Key.Scanner} {report.Report.Key.Options}").ShouldBe(
            ["linux/amd64 vulnerability trivy ", "linux/arm64 sbom trivy ", "linux/arm64 vulnerability another ", "linux/arm64 vulnerability trivy new"]);
    }

    [Theory]
    [InlineData("http://registry.example.com", "", 1)]
    [InlineData("https://registry.example.com", "https://registry.example.com/app", 1)]
    [InlineData("https://registry.example.com", "https://registry.example.com/other", 0)]
    [InlineData("https://other.example", "", 0)]
    [InlineData("https://registry.example", "", 0)]
    [InlineData("", "", 1)] // of a store that did not record it
    public async Task FindReportsAsync_ReportMadeElsewhere_IsNotAboutTheImage(string registry, string repository, int count)
    {
        await SaveAsync(New(Image("arm"), ScannerKind.Sbom, "syft").From(registry, repository), hours: 0);

        (await ReportLookup.FindReportsAsync(_store, await ReportLookup.FindTargetsAsync(_store, "app:1.0", Token), Token)).Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("app:1.0")]
    [InlineData("{index}")]
    public async Task FindReportsAsync_ReportAboutTheIndex_ComesAfterThoseOfItsPlatforms(string name)
    {
        await SaveAsync(New(Image("index"), ScannerKind.Provenance, "provenance"), hours: 0);
        await SaveAsync(New(Image("arm"), ScannerKind.Vulnerability, "trivy"), hours: 0);

        var targets = await ReportLookup.FindTargetsAsync(_store, name.Replace("{index}", Image("index").ToString()), Token);
        var reports = await ReportLookup.FindReportsAsync(_store, targets, Token);

        reports.Select(report => (report.Report.Key.Scanner, report.Target.Platform, report.Target.IsIndex)).ShouldBe(
            [("trivy", "linux/arm64", false), ("provenance", null, true)]);
        reports[1].Target.Name.ShouldBe("registry.example.com/app:1.0");
    }

    [Fact]
    public async Task FindTargetsAsync_TagThatNamesAManifest_HasNoIndex()
    {
        var image = new StoredImage("registry.example.com/one", "1.0", Image("one"), new Dictionary<string, Digest> { ["linux/amd64"] = Image("one") });
        await _store.SetImagesAsync(new ResourceName("shop", "one"), [image], Token);

        var target = (await ReportLookup.FindTargetsAsync(_store, "one:1.0", Token)).ShouldHaveSingleItem();

        (target.Platform, target.IsIndex).ShouldBe(("linux/amd64", false));
    }

    [Theory]
    [InlineData("shop/web", 1)]
    [InlineData("shop/other", 0)]
    [InlineData("web", 0)]
    [InlineData("/web", 0)]
    [InlineData("shop/", 0)]
    [InlineData("shop/web/more", 0)]
    [InlineData("shop/web:1.0", 0)]
    [InlineData("shop/web@sha256", 0)]
    public async Task FindOfResourceAsync_Name_IsAResourcesOnlyWithItsNamespace(string name, int count)
    {
        await _store.SaveAsync(OverAll("drift"), [], Token);

        (await ReportLookup.FindOfResourceAsync(_store, name, Token)).Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("linux/arm64/v8", "linux/arm64", true)]
    [InlineData("linux/arm64", "linux/arm64", true)]
    [InlineData("linux/arm64", "LINUX/ARM64", true)]
    [InlineData("linux/arm64/v8", "Linux/arm64", true)]
    [InlineData("linux/arm64", "linux/arm64/v8", false)]
    [InlineData("linux/arm64", "linux/arm", false)]
    [InlineData("linux/arm64", "linux", true)]
    [InlineData(null, "linux/arm64", false)]
    public void IsPlatform_Asked_IsMeantWithItsVariants(string? platform, string asked, bool isMeant) =>
        ReportLookup.IsPlatform(platform, asked).ShouldBe(isMeant);

    [Theory]
    [InlineData(10, "")]
    [InlineData(11, " and 1 more")]
    [InlineData(12, " and 2 more")]
    public void Describe_ManyReports_NamesTen(int count, string end)
    {
        var reports = Enumerable.Range(0, count).Select(number => new LocatedReport(
            new ReportTarget(Image("a"), number == 0 ? null : $"p{number}", []), New(Image("a"), ScannerKind.Sbom, $"s{number}").Report)).ToList();

        var text = ReportChoice.Describe(reports);

        text.ShouldStartWith($"s0 (sbom) on {Image("a")}, s1 (sbom) on p1, ");
        text.ShouldEndWith("s9 (sbom) on p9" + end);
    }

    private Task SaveAsync(NewReport report, int hours) => _store.SaveAsync(
        report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow().AddHours(hours - 10) } }, Token);
}
