using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Reports.Formats;
using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Tests.Formats;

/// <summary>Which document of which report a format means.</summary>
public sealed class ReportFormatsTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        var platforms = new Dictionary<string, Digest> { ["linux/arm64"] = Image("arm"), ["linux/amd64"] = Image("amd") };
        await _store.SetImagesAsync(Shop, [new StoredImage("registry.example.com/app", "1.0", Image("index"), platforms)], Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("json", "spdx")]
    [InlineData("spdx", "spdx")]
    [InlineData("cyclonedx", "cyclonedx")]
    [InlineData("sarif", null)]
    public async Task ReadAsync_Format_IsTheDocumentOfItsType(string format, string? expected)
    {
        await _store.SaveAsync(
            Sbom(Image("amd")) with { Documents = [Document("spdx", SbomMediaTypes.SpdxJson), Document("cyclonedx", SbomMediaTypes.CycloneDxJson)] }, Token);

        var content = await ReportFormats.ReadAsync(_store, await LocateAsync(), format, Token);

        (content is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null).ShouldBe(expected);
    }

    [Fact]
    public async Task ReadAsync_Sarif_IsMadeOfTheOneVulnerabilityReport()
    {
        await _store.SaveAsync(Sbom(Image("amd")) with { Documents = [Document("spdx", SbomMediaTypes.SpdxJson)] }, Token);
        await _store.SaveAsync(SampleReports.Vulnerabilities(Image("amd"), Found("CVE-2026-1", "bash", "5")), Token);

        var sarif = (await ReportFormats.ReadAsync(_store, await LocateAsync(), ReportFormats.Sarif, Token)).ShouldNotBeNull();

        Encoding.UTF8.GetString(sarif.Span).ShouldContain("CVE-2026-1");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("spdx")]
    [InlineData("sarif")]
    public async Task ReadAsync_SeveralReportsHaveIt_NamesThemAndHowToChoose(string format)
    {
        foreach (var name in new[] { "amd", "arm" })
        {
            await _store.SaveAsync(Sbom(Image(name)) with { Documents = [Document("spdx", SbomMediaTypes.SpdxJson)] }, Token);
            await _store.SaveAsync(SampleReports.Vulnerabilities(Image(name)), Token);
        }

        var message = (await Should.ThrowAsync<FormatException>(async () => await ReportFormats.ReadAsync(_store, await LocateAsync(), format, Token))).Message;

        message.ShouldStartWith($"2 reports can be printed as {format}: ");
        message.ShouldContain("on linux/amd64");
        message.ShouldContain("--scanner, --kind and --platform");
    }

    [Theory]
    [InlineData("sarif",
        "There is no vulnerability report, which sarif is made from. There are: application/spdx+json of syft, application/vnd.cyclonedx+json of syft.")]
    [InlineData("json", "There is no stored document. There are: application/spdx+json of syft, application/vnd.cyclonedx+json of syft.")]
    [InlineData("cyclonedx",
        "There is no application/vnd.cyclonedx+json document. There are: application/spdx+json of syft, application/vnd.cyclonedx+json of syft.")]
    public async Task DescribeMissingAsync_Format_SaysWhatThereIs(string format, string expected)
    {
        await _store.SaveAsync(
            Sbom(Image("amd")) with { Documents = [Document("c", SbomMediaTypes.CycloneDxJson), Document("s", SbomMediaTypes.SpdxJson)] }, Token);

        (await ReportFormats.DescribeMissingAsync(_store, await LocateAsync(), format, Token)).ShouldBe(expected);
        (await ReportFormats.DescribeMissingAsync(_store, [], format, Token)).ShouldEndWith("No document is stored.");
    }

    [Fact]
    public void All_Formats_AreThoseThatAreDocumented() => ReportFormats.All.ShouldBe(["table", "json", "cyclonedx", "spdx", "sarif"]);

    private async Task<IReadOnlyList<LocatedReport>> LocateAsync() =>
        await ReportLookup.FindReportsAsync(_store, await ReportLookup.FindTargetsAsync(_store, "app:1.0", Token), Token);
}
