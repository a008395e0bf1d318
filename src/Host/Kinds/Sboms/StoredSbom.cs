using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>The SBOM that a stored report has.</summary>
internal static class StoredSbom
{
    /// <summary>The report's SBOM, whichever scanner made it; null where it has none.</summary>
    public static async Task<Sbom?> ReadAsync(IReportStore store, Report report, CancellationToken cancellationToken)
    {
        var documents = await store.ReadDocumentsAsync(report.Key, cancellationToken);
        var document = documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType));
        return document is null ? null : SbomReader.Read(document.MediaType, document.Content);
    }
}
