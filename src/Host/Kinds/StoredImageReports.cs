using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What the report store knows of one image, by the digests of its manifests, for its scanners.</summary>
internal sealed class StoredImageReports(IReportStore store, IReadOnlyList<Digest> manifests, TimeProvider time) : IImageReports
{
    public async Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync(manifests, cancellationToken);
        var latest = reports.Where(report => report.Key.Kind == kind && report.Key.Scanner == scanner).MaxBy(BelievedTime);
        return latest is null
            ? null
            : new ImageReport
            {
                ToolVersion = latest.Versions.Tool,
                DatabaseVersion = latest.Versions.Database,
                Created = latest.Created,
                Documents = await store.ReadDocumentsAsync(latest.Key, cancellationToken),
            };
    }

    public Task<Sbom?> FindSbomAsync(CancellationToken cancellationToken) => StoredSbom.FindAsync(store, manifests, time.GetUtcNow(), cancellationToken);

    /// <summary>A report that a wrong clock has dated into the future is the oldest there is, or it would hide all others until then.</summary>
    private DateTimeOffset? BelievedTime(Report report) => StoredTime.Believed(report.Created, time.GetUtcNow());
}
