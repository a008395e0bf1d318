using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports;

/// <summary>Keeps the results of registry scanners: the last one of each scanner, until the resource is deleted.</summary>
/// <exception cref="ReportStoreException">The store can't be used; the message says what to do. Thrown by every method.</exception>
public interface IResourceReports
{
    /// <summary>Saves a report and replaces an earlier one of the same key.</summary>
    /// <param name="report">The report.</param>
    /// <param name="documents">The full documents, the main one first.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The report with what is stored of its documents.</returns>
    /// <exception cref="ReportTooLargeException">A document is larger than the store accepts.</exception>
    Task<ResourceReport> SaveAsync(ResourceReport report, IReadOnlyList<ReportDocument> documents, CancellationToken cancellationToken);

    /// <summary>The reports over all images of a resource, by kind and scanner.</summary>
    Task<IReadOnlyList<ResourceReport>> FindOfResourceAsync(ResourceName resource, CancellationToken cancellationToken);

    /// <summary>The documents of a report, the main one first; empty where there is no such report.</summary>
    Task<IReadOnlyList<ReportDocument>> ReadDocumentsAsync(ResourceReportKey key, CancellationToken cancellationToken);

    /// <summary>Deletes the reports over all images of a deleted resource, and what its tags have named.</summary>
    Task ForgetAsync(ResourceName resource, CancellationToken cancellationToken);
}

/// <summary>Identifies a report over all images.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Kind">The scanner's kind.</param>
/// <param name="Scanner">The scanner's name.</param>
public sealed record ResourceReportKey(ResourceName Resource, ScannerKind Kind, string Scanner);

/// <summary>What a scanner found over all images of a resource, without its documents: what the status is built from.</summary>
public sealed record ResourceReport
{
    public required ResourceReportKey Key { get; init; }

    /// <summary>Identifies the resource and its repository: a result for a deleted resource of the same name, or another repository, is not valid.</summary>
    public required string Subject { get; init; }

    /// <summary>A hash of the options that it was made with; empty for none.</summary>
    public required string Options { get; init; }

    public required ReportVersions Versions { get; init; }

    /// <summary>A hash of the scan's inputs: images, and results of other scanners.</summary>
    public required string Inputs { get; init; }

    /// <summary>A hash of all tags of the repository; empty where the list was not known.</summary>
    public required string Tags { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The scanner's verdict in a word.</summary>
    public required string Result { get; init; }

    /// <summary>JSON in the form of the kind: the result without its documents.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The stored documents, the main one first.</summary>
    public IReadOnlyList<StoredDocument> Documents { get; init; } = [];
}
