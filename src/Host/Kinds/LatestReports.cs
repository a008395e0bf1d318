using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>The one place that knows which of an image's stored reports is the latest one that its resource may use.</summary>
/// <param name="store">The store.</param>
/// <param name="registry">The access of the resource, which has to show that it can read what a report is about.</param>
/// <param name="isUsed">True for a key that the resource uses: what others have made with options and Secrets of theirs is no result of this one.</param>
/// <param name="time">Tells which times are in the future.</param>
internal sealed class LatestReports(IReportStore store, OpenedRegistry registry, Func<ReportKey, bool> isUsed, TimeProvider time)
{
    /// <summary>The latest report of a kind; null where there is none.</summary>
    /// <param name="manifests">The image, by the digests of its manifests.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="scanner">Only this scanner's; null for any.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Report?> FindAsync(IReadOnlyCollection<Digest> manifests, ScannerKind kind, string? scanner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reports = (await store.FindAsync(manifests, cancellationToken))
            .Where(report => report.Key.Kind == kind && (scanner is null || report.Key.Scanner == scanner))
            .Where(report => report.Key.IsOf(registry.Domain, registry.RepositoryUrl) && isUsed(report.Key))
            // What was made here before what some repository has attached: whoever may push there says what is in it.
            .OrderBy(report => scanner is null && report.Method == ScanMethods.Attached)
            // A report dated in the future (a wrong clock) counts as the oldest, or it would hide all others until then.
            .ThenByDescending(report => StoredTime.Believed(report.Created, now));
        foreach (var report in reports)
        {
            if (await MayReadAsync(report.Key.Digest, cancellationToken)) return report;
        }

        return null;
    }

    private async Task<bool> MayReadAsync(Digest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await registry.Rights.ProveAsync(registry.Client, manifest, cancellationToken);
            return true;
        }
        catch (RegistryException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
