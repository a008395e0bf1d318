using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>The one place that knows which of an image's stored reports is the latest one that its resource may use.</summary>
internal sealed class LatestReports(IReportStore store, OpenedRegistry registry, TimeProvider time)
{
    /// <summary>The latest report of a kind; null where there is none.</summary>
    /// <param name="manifests">The image, by the digests of its manifests.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="scanner">Only this scanner's; null for any.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Report?> FindAsync(IReadOnlyCollection<Digest> manifests, ScannerKind kind, string? scanner, CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync(manifests, cancellationToken);
        var now = time.GetUtcNow();
        return reports
            .Where(report => report.Key.Kind == kind && (scanner is null || report.Key.Scanner == scanner))
            .Where(report => report.Key.IsOf(registry.Domain, registry.RepositoryUrl))
            // What was made here before what some repository has attached: whoever may push there says what is in it.
            .OrderBy(report => scanner is null && report.Method == ScanMethods.Attached)
            // A report dated in the future (a wrong clock) counts as the oldest, or it would hide all others until then.
            .ThenByDescending(report => StoredTime.Believed(report.Created, now))
            .FirstOrDefault();
    }
}
