using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Reports;

/// <summary>
/// Keeps full reports by digest, and knows which resources refer to which digests. Writes are atomic, also in a crash.
/// Safe for concurrent use.
/// </summary>
/// <exception cref="ReportStoreException">The store can't be used (disk full, file damaged); the message says what to do. Thrown by every
/// method.</exception>
public interface IReportStore : IResourceReports, ITagHistory, IReportUses, IAsyncDisposable
{
    /// <summary>Saves a report and replaces an earlier one of the same key.</summary>
    /// <exception cref="ReportTooLargeException">A document is larger than the store accepts.</exception>
    Task SaveAsync(NewReport report, CancellationToken cancellationToken);

    /// <summary>Replaces the summary of a report; does nothing where the report was deleted or replaced meanwhile:
    /// the summary belongs to the documents that it had.</summary>
    Task UpdateSummaryAsync(Report report, ReadOnlyMemory<byte> summary, CancellationToken cancellationToken);

    /// <summary>The reports of all these digests, of every kind and scanner, in no particular order.</summary>
    Task<IReadOnlyList<Report>> FindAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken);

    /// <summary>The documents of a report, the main one first; empty where there is no such report.</summary>
    Task<IReadOnlyList<ReportDocument>> ReadDocumentsAsync(ReportKey key, CancellationToken cancellationToken);

    /// <summary>What documents a report has, without their content, in the same order; empty where there is no such report.</summary>
    Task<IReadOnlyList<StoredDocument>> ListDocumentsAsync(ReportKey key, CancellationToken cancellationToken);

    /// <summary>A document as it is stored, in the content coding <see cref="StoredDocument.ContentCoding"/>; null where it is gone.</summary>
    Task<ReadOnlyMemory<byte>?> ReadStoredDocumentAsync(Digest document, CancellationToken cancellationToken);

    /// <summary>The vulnerabilities of a report; empty where there is no such report.</summary>
    Task<IReadOnlyList<Vulnerability>> ReadVulnerabilitiesAsync(ReportKey key, CancellationToken cancellationToken);

    /// <summary>The number of packages in a report, by type; the same name and version in several places counts once.</summary>
    Task<IReadOnlyDictionary<string, int>> CountPackagesAsync(ReportKey key, CancellationToken cancellationToken);

    /// <summary>Sets all images that a resource has now. Reports of images that no resource has any more are deleted after the time to live.</summary>
    Task SetImagesAsync(ResourceName resource, IReadOnlyList<StoredImage> images, CancellationToken cancellationToken);

    /// <summary>The images of a resource as last set, e.g. for the times at which they were first seen.</summary>
    Task<IReadOnlyList<StoredImage>> GetImagesAsync(ResourceName resource, CancellationToken cancellationToken);

    /// <summary>The images that a user names: a digest (of an index or of a platform), <c>repository:tag</c> with or without the registry's
    /// host, <c>repository@digest</c>, or a tag alone where one image has it. The name of the resource may stand for its repository. A digest may be
    /// shortened to <see cref="Search.ImageName.MinimumDigestPrefix"/> digits.</summary>
    /// <exception cref="FormatException">The name can't be read, or names more than one image; the message lists them.</exception>
    Task<IReadOnlyList<FoundImage>> FindImagesAsync(string name, CancellationToken cancellationToken);

    /// <summary>The repositories whose images or tags are known, by resource and name.</summary>
    Task<IReadOnlyList<KnownRepository>> FindRepositoriesAsync(CancellationToken cancellationToken);

    /// <summary>The images that have a package: by name and, where given, by a range of versions such as <c>&lt;1.2.3</c> or <c>&gt;=1 &lt;2</c>.</summary>
    /// <exception cref="FormatException">The range can't be read (<see cref="Versions.VersionRange"/>).</exception>
    Task<IReadOnlyList<SearchHit>> FindPackageAsync(string name, string? versionRange, CancellationToken cancellationToken);

    /// <summary>The images that have a vulnerability, by its id.</summary>
    Task<IReadOnlyList<SearchHit>> FindVulnerabilityAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes reports of digests that no resource has had, and superseded reports that none has used, for the store's time to live, and the oldest ones above
    /// its size limit.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    Task<int> CollectGarbageAsync(CancellationToken cancellationToken);
}

/// <summary>A document of a report.</summary>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">Its size in bytes.</param>
public sealed record StoredDocument(Digest Digest, string MediaType, long Size)
{
    /// <summary>The content coding in which documents are stored (<see href="https://www.rfc-editor.org/rfc/rfc7932"/>).</summary>
    public const string ContentCoding = "br";
}

/// <summary>An image of a resource.</summary>
/// <param name="Repository">Host and repository, e.g. <c>registry.example.com/team/app</c>.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">What the tag names: an index or a manifest.</param>
/// <param name="Platforms">The platform manifests that are scanned, by platform.</param>
public sealed record StoredImage(string Repository, string Tag, Digest Digest, IReadOnlyDictionary<string, Digest> Platforms)
{
    /// <summary>False where the image could not be read this time: the platforms stored for the same digest are then kept.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>When the operator first saw this tag.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>The workloads that run it, each <c>kind/namespace/name</c>.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];
}

/// <summary>A repository and the resource that is about it.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Name">Host and repository.</param>
public readonly record struct KnownRepository(ResourceName Resource, string Name);

/// <summary>An image and the resource that has it.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Image">The image.</param>
public sealed record FoundImage(ResourceName Resource, StoredImage Image);

/// <summary>An image that has what was searched for.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Image">The image.</param>
/// <param name="Platform">The platform it was found on.</param>
/// <param name="Package">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Type">The package's type.</param>
public sealed record SearchHit(ResourceName Resource, StoredImage Image, string Platform, string Package, string Version, string Type)
{
    /// <summary>The vulnerability, where one was searched for.</summary>
    public string? Vulnerability { get; init; }

    /// <summary>The version that it is fixed in; null where there is none yet.</summary>
    public string? FixedVersion { get; init; }
}
