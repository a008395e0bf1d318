using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Tests.Reports;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public sealed class StoredResultsTests : IAsyncLifetime
{
    private static readonly Digest Image = ReportSandbox.Image("a");

    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;
    private StoredResults _results = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        _results = new StoredResults(ScanParts.Kinds, _store, new HashSet<Digest> { Image }, _sandbox.Time);
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
        await SaveAsync(ReportSandbox.Vulnerabilities(Image, ReportSandbox.Found("CVE-1", "openssl", "1")), hoursAgo: 2);
        var newer = ReportSandbox.New(Image, ScannerKind.Vulnerability, "grype") with { Vulnerabilities = [] };
        await SaveAsync(newer, hoursAgo: 1);

        var found = await _results.FindVulnerabilitiesAsync(Image, Cancel);

        (found!.Scanner, found.Created, found.Value.Count).ShouldBe(("grype", _sandbox.Time.GetUtcNow().AddHours(-1), 0));
    }

    [Fact]
    public async Task FindSbom_Stored_IsRead()
    {
        var sbom = ReportSandbox.New(Image, ScannerKind.Sbom, "syft") with { Documents = [new ReportDocument(SbomMediaTypes.CycloneDxJson, Encoding.UTF8.GetBytes(ScanParts.CycloneDx("openssl")))] };
        await SaveAsync(sbom, hoursAgo: 1);

        var found = await _results.FindSbomAsync(Image, Cancel);

        (found!.Scanner, found.Value.Packages.Single().Name).ShouldBe(("syft", "openssl"));
    }

    [Fact]
    public async Task Find_ImageOfAnotherResource_IsNull()
    {
        var other = ReportSandbox.Image("other");
        await SaveAsync(ReportSandbox.Vulnerabilities(other, ReportSandbox.Found("CVE-1", "openssl", "1")), hoursAgo: 1);

        (await _results.FindVulnerabilitiesAsync(other, Cancel)).ShouldBeNull();
    }

    private Task SaveAsync(NewReport report, int hoursAgo) =>
        _store.SaveAsync(report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow().AddHours(-hoursAgo) } }, Cancel);
}
