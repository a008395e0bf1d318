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
    ResourceName Resource, string Repository, DateTimeOffset At, IReadOnlyDictionary<string, Digest> Named, IReadOnlyCollection<string> Listed);
