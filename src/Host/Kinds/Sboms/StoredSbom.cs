using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>The SBOM that the report store has of an image.</summary>
internal static class StoredSbom
{
    /// <summary>The latest, whichever scanner made it; null where there is none.</summary>
    public static async Task<Sbom?> FindAsync(IReportStore store, IReadOnlyCollection<Digest> manifests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reports = await store.FindAsync(manifests, cancellationToken);
        // One that was made here before one that some repository has attached: whoever may push there says what is in it.
        var latest = reports.Where(report => report.Key.Kind == ScannerKind.Sbom)
            .OrderBy(report => report.Method == ScanMethods.Attached).ThenByDescending(report => StoredTime.Believed(report.Created, now)).FirstOrDefault();
        if (latest is null) return null;
        var documents = await store.ReadDocumentsAsync(latest.Key, cancellationToken);
        var document = documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType));
        return document is null ? null : SbomReader.Read(document.MediaType, document.Content);
    }
}
