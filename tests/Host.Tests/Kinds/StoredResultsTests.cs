using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Kinds;

public sealed class StoredResultsTests : IAsyncLifetime
{
    private static readonly Digest Image = SampleReports.Image("a");
    private static readonly Digest Other = SampleReports.Image("other");

    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;
    private StoredResults _results = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        var registry = ScanParts.Registry();
        registry.Client.ResolveAsync(Other.ToString(), Arg.Any<CancellationToken>())
            .ThrowsAsync(new RegistryException(RegistryErrorKind.NotFound, "This repository does not have it."));
        _results = new StoredResults(ScanParts.Kinds, _store, registry, _ => true, _sandbox.Time);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Find_NothingStored_IsNull()
    {
        (await _results.FindVulnerabilitiesAsync(Image, Cancel)).ShouldBeNull();
        (await _results.FindSbomAsync(Image, Cancel)).ShouldBeNull();
        (await _results.FindProvenanceAsync(Image, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task FindVulnerabilities_SeveralScanners_IsTheLatestAndSaysWhose()
    {
        await SaveAsync(SampleReports.Vulnerabilities(Image, SampleReports.Found("CVE-1", "openssl", "1")), hoursAgo: 2);
        var newer = SampleReports.New(Image, ScannerKind.Vulnerability, "grype") with { Vulnerabilities = [] };
        await SaveAsync(newer, hoursAgo: 1);

        var found = await _results.FindVulnerabilitiesAsync(Image, Cancel);

        (found!.Scanner, found.Created, found.Value.Count).ShouldBe(("grype", _sandbox.Time.GetUtcNow().AddHours(-1), 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FindVulnerabilities_Stored_SaysWhetherTheScannerRecognizedAnything(bool isNothingRecognized)
    {
        var result = new VulnerabilityScanResult { Result = "Scanned", Vulnerabilities = [], IsNothingRecognized = isNothingRecognized };
        var summary = ScanParts.Kinds.Of(ScannerKind.Vulnerability).Summarize(result, "trivy");
        var report = SampleReports.New(Image, ScannerKind.Vulnerability, "trivy") with { Vulnerabilities = [] };
        await SaveAsync(report with { Report = report.Report with { Summary = summary.Json } }, hoursAgo: 1);

        (await _results.FindVulnerabilitiesAsync(Image, Cancel))!.IsNothingRecognized.ShouldBe(isNothingRecognized);
    }

    [Fact]
    public async Task FindSbom_Stored_IsRead()
    {
        var document = ScanParts.Document(SbomMediaTypes.CycloneDxJson, ScanParts.CycloneDx("openssl"));
        var sbom = SampleReports.New(Image, ScannerKind.Sbom, "syft") with { Documents = [document] };
        await SaveAsync(sbom, hoursAgo: 1);

        var found = await _results.FindSbomAsync(Image, Cancel);

        (found!.Scanner, found.Value.Packages.Single().Name).ShouldBe(("syft", "openssl"));
    }

    [Fact]
    public async Task FindProvenance_Stored_IsWhatItsScannerFound()
    {
        var provenance = new BuildProvenance
        {
            Builder = "https://ci.example.com",
            SourceRepository = "https://git.example.com/app",
            SourceCommit = "0123abcd",
            SlsaLevel = 3,
            IsSignatureVerified = true,
        };
        var result = new ProvenanceScanResult { Result = "Found", Provenance = provenance };
        var summary = ScanParts.Kinds.Of(ScannerKind.Provenance).Summarize(result, "provenance");
        var report = SampleReports.New(Image, ScannerKind.Provenance, "provenance");
        await SaveAsync(report with { Report = report.Report with { Summary = summary.Json } }, hoursAgo: 1);

        var found = await _results.FindProvenanceAsync(Image, Cancel);

        (found!.Scanner, found.Created, found.Value).ShouldBe(("provenance", _sandbox.Time.GetUtcNow().AddHours(-1), provenance));
    }

    [Fact]
    public async Task Find_ImageOfAnotherResource_IsNull()
    {
        await SaveAsync(SampleReports.Vulnerabilities(Other, SampleReports.Found("CVE-1", "openssl", "1")), hoursAgo: 1);

        (await _results.FindVulnerabilitiesAsync(Other, Cancel)).ShouldBeNull();
    }

    private Task SaveAsync(NewReport report, int hoursAgo) =>
        _store.SaveAsync(report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow().AddHours(-hoursAgo) } }, Cancel);
}
