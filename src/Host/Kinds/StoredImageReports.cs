using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What the report store knows of one image for its scanners.</summary>
/// <param name="store">The store.</param>
/// <param name="registry">Whose reports count.</param>
/// <param name="manifests">The image by the digests of its manifests, what is scanned first.</param>
/// <param name="keys">Which of the reports count.</param>
/// <param name="time">Tells which times are in the future.</param>
internal sealed class StoredImageReports(
    IReportStore store, OpenedRegistry registry, IReadOnlyList<Digest> manifests, StoredKeys keys, TimeProvider time) : IImageReports
{
    private readonly LatestReports _latest = new(store, registry, keys.IsUsed, time);
    private readonly LatestReports _own = new(store, registry, key => keys.IsUsed(key) || keys.IsOwn(key), time);

    public async Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken)
    {
        // A platform's manifest may be an image of its own, with its own reports: they don't hide those of what is scanned.
        var latest = await _own.FindAsync([manifests[0]], kind, scanner, cancellationToken)
            ?? (manifests.Count > 1 ? await _own.FindAsync(manifests, kind, scanner, cancellationToken) : null);
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

    // By the scanner that the resource asks for alone, and as it asks: the result depends on whose SBOM it is.
    public async Task<Sbom?> FindSbomAsync(CancellationToken cancellationToken)
    {
        var latest = await _latest.FindAsync(manifests, ScannerKind.Sbom, scanner: null, cancellationToken);
        return latest is null ? null : await StoredSbom.ReadAsync(store, latest, cancellationToken);
    }
}

/// <summary>Which stored reports a scanner of a resource may read.</summary>
/// <param name="IsUsed">True for those of the scanners that the resource asks for, with its options.</param>
/// <param name="IsOwn">True for those that the scanner made for the resource before, with other options.</param>
internal sealed record StoredKeys(Func<ReportKey, bool> IsUsed, Func<ReportKey, bool> IsOwn);
