using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What a status says of the documents of a report over all images.</summary>
internal static class ShownDocuments
{
    /// <summary>Documents that a status names; nothing limits how many a scanner makes.</summary>
    private const int Most = 10;

    public static IReadOnlyList<StoredDocumentStatus> Of(IReadOnlyList<StoredDocument> documents) => [.. documents.Take(Most).Select(ToStatus)];

    private static StoredDocumentStatus ToStatus(StoredDocument document) =>
        new() { MediaType = ResultText.Cut(document.MediaType), Digest = document.Digest.ToString(), Size = document.Size };
}
