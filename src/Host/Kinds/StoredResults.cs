using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>
/// What the report store knows of the images of one resource, for its registry scanners: of what its tags name, and of what they named when a Pod pulled it.
/// Each is returned only once the resource's own access has shown that it may read that manifest.
/// </summary>
/// <param name="kinds">The kinds of scanner.</param>
/// <param name="store">The store.</param>
/// <param name="registry">The access of the resource.</param>
/// <param name="isUsed">True for the key of a report of a scanner that the resource asks for, as it asks.</param>
/// <param name="time">Tells which times are in the future.</param>
internal sealed class StoredResults(
    ScanKinds kinds, IReportStore store, OpenedRegistry registry, Func<ReportKey, bool> isUsed, TimeProvider time) : IStoredResults
{
    private readonly LatestReports _latest = new(store, registry, isUsed, time);

    /// <summary>The kinds whose results it gives: what else is stored of an image is no input of a registry scanner.</summary>
    public static IReadOnlyList<ScannerKind> Kinds { get; } = [ScannerKind.Vulnerability, ScannerKind.Sbom, ScannerKind.Provenance];

    public Task<StoredResult<IReadOnlyList<Vulnerability>>?> FindVulnerabilitiesAsync(Digest image, CancellationToken cancellationToken) =>
        FindAsync<IReadOnlyList<Vulnerability>>(
            image, ScannerKind.Vulnerability, async report => await store.ReadVulnerabilitiesAsync(report.Key, cancellationToken), cancellationToken);

    public Task<StoredResult<Sbom>?> FindSbomAsync(Digest image, CancellationToken cancellationToken) =>
        FindAsync(image, ScannerKind.Sbom, report => StoredSbom.ReadAsync(store, report, cancellationToken), cancellationToken);

    public Task<StoredResult<BuildProvenance>?> FindProvenanceAsync(Digest image, CancellationToken cancellationToken) =>
        FindAsync(image, ScannerKind.Provenance, report => Task.FromResult(kinds.Of(ScannerKind.Provenance).ReadProvenance(report)), cancellationToken);

    private static string VersionsOf(Report report) => $"{report.Key.Scanner} {report.Versions.Scanner} {report.Versions.Tool} {report.Versions.Database}";

    private async Task<StoredResult<T>?> FindAsync<T>(Digest image, ScannerKind kind, Func<Report, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (await _latest.FindAsync([image], kind, scanner: null, cancellationToken) is not { } report) return null;
        if (await read(report) is not { } value) return null;
        return new StoredResult<T>(value, report.Key.Scanner, report.Created)
        {
            Versions = VersionsOf(report),
            IsNothingRecognized = kind == ScannerKind.Vulnerability && VulnerabilitySummaryJson.Read(report.Summary).NothingRecognized,
        };
    }
}
