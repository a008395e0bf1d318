using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Reports;

/// <summary>Remembers what the tags of a resource's repository have named, as long as the resource is there.</summary>
/// <exception cref="ReportStoreException">The store can't do its work; the message says what to do. Thrown by every method.</exception>
public interface ITagHistory
{
    /// <summary>Entries of one tag; beyond that its oldest go.</summary>
    const int MaximumOfATag = 20;

    /// <summary>
    /// Entries of one resource; beyond that those go that ended first. What a tag names now never goes, and half as many that ended are kept however many
    /// tags there are.
    /// </summary>
    const int MaximumOfAResource = 20_000;

    /// <summary>Records what a round has seen: only what is new is written. What was remembered of another repository of the resource is forgotten.</summary>
    Task RecordTagsAsync(SeenTags seen, CancellationToken cancellationToken);

    /// <summary>What is known of each tag that was there when the list was last recorded, and was looked at then or before.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="repository">As in <see cref="SeenTags.Repository"/>; of another than was recorded last there is nothing.</param>
    /// <param name="registry">As in <see cref="SeenTags.Registry"/>; likewise.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<RememberedTag>> ReadTagsAsync(ResourceName resource, string repository, string registry, CancellationToken cancellationToken);

    /// <summary>What the tags of a repository have named, in each resource that is about it: tags that changed last come first.</summary>
    /// <param name="repository">The repository, with or without the registry's host, or its URL; or the name of the resource that is about it.</param>
    /// <param name="tag">The tag; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<TagHistory>> FindTagHistoryAsync(string repository, string? tag, CancellationToken cancellationToken);

    /// <summary>What tags have named, by tag, each the newest first; also of tags that are gone.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="repository">Host and repository; of another than was recorded last there is nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>> ReadTagHistoryAsync(
        ResourceName resource, string repository, CancellationToken cancellationToken);
}

/// <summary>What a round has seen of a repository's tags.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Repository">Host and repository, e.g. <c>registry.example.com/team/app</c>.</param>
/// <param name="At">When.</param>
/// <param name="Named">What each tag names that the round has looked at.</param>
/// <param name="Listed">All tags of the repository: one that is not among them is gone, and of one that was not looked at nothing is known.</param>
public sealed record SeenTags(
    ResourceName Resource, string Repository, DateTimeOffset At, IReadOnlyDictionary<string, Digest> Named, IReadOnlyCollection<string> Listed)
{
    /// <summary>The registry's URL and whether it is verified: what was learnt over another channel is forgotten.</summary>
    public string Registry { get; init; } = "";

    /// <summary>What is known of the images that the tags name, as far as they were read.</summary>
    public IReadOnlyDictionary<Digest, SeenImage> Images { get; init; } = new Dictionary<Digest, SeenImage>();
}

/// <summary>What was read of an image.</summary>
/// <param name="Created">When it was created; null where it does not tell a credible time.</param>
/// <param name="IsImage">False where it is something else, e.g. a Helm chart.</param>
public readonly record struct SeenImage(DateTimeOffset? Created, bool IsImage);

/// <summary>What is known of a tag.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">What it named when it was last looked at.</param>
/// <param name="FirstSeen">When the tag was first seen.</param>
/// <param name="LastSeen">When the tag was last listed.</param>
public sealed record RememberedTag(string Tag, Digest Digest, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    /// <summary>What was read of that image; null where it was not read.</summary>
    public SeenImage? Image { get; init; }
}

/// <summary>What a tag has named.</summary>
/// <param name="Resource">The resource that is about its repository.</param>
/// <param name="Repository">Host and repository.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Images">The images, the newest first.</param>
public sealed record TagHistory(ResourceName Resource, string Repository, string Tag, IReadOnlyList<NamedImage> Images);

/// <summary>An image that a tag has named for a while.</summary>
/// <param name="Digest">The digest of the manifest or index.</param>
/// <param name="From">When the tag was first seen to name it.</param>
/// <param name="To">When it was first seen to name something else, or to be gone; null while it names it.</param>
/// <param name="LastSeen">When it was last seen so.</param>
public sealed record NamedImage(Digest Digest, DateTimeOffset From, DateTimeOffset? To, DateTimeOffset LastSeen)
{
    /// <summary>When the image was created; null where that is not known.</summary>
    public DateTimeOffset? Created { get; init; }
}
