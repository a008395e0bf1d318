using System.Text.RegularExpressions;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Explanations;

/// <summary>The tag of an image that is asked for by its digest, or why there is none.</summary>
/// <param name="Tag">The tag; null for none.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record FoundTag(string? Tag, Decision? Problem = null);

/// <summary>
/// Finds the tag that names a digest, or one that begins so: images are chosen by their tags, and an answer by digest must be the one by tag. By what the
/// last round knew; where the registry is asked, by what its tags name now, at the cost of a HEAD for each.
/// </summary>
/// <param name="last">What the last round knew.</param>
/// <param name="spec">What the resource asks for.</param>
internal sealed class DigestLookup(LastRound last, RegistrySpec spec)
{
    /// <summary>The most tags that are asked for, the newest versions first.</summary>
    public const int MaximumTags = 200;

    /// <param name="prefix">The digest, or its beginning.</param>
    /// <param name="registry">The registry; null where it is not asked.</param>
    /// <param name="tags">All tags of the repository; null where they are not known.</param>
    /// <param name="deadline">Ends the reading.</param>
    public async Task<FoundTag> FindAsync(string prefix, OpenedRegistry? registry, IReadOnlyList<string>? tags, ReadDeadline deadline)
    {
        var known = last.Named(prefix);
        if (known.DistinctBy(one => one.Digest).Skip(1).Any()) return Ambiguous(prefix, known.Select(one => $"{one.Digest} ({one.Tag})"));
        if (registry is null || tags is null)
            return known is [var first, ..] ? new FoundTag(first.Tag) : None(prefix, "No image that the last scan knew has");

        foreach (var (tag, _, image) in known.Where(one => tags.Contains(one.Tag, StringComparer.Ordinal)))
        {
            // Of a platform's digest, its image's: that is what the tag names.
            if (image is not null && await ResolveAsync(registry, tag, deadline) == image) return new FoundTag(tag);
        }

        return await AskAsync(prefix, registry, tags, deadline);
    }

    private async Task<FoundTag> AskAsync(string prefix, OpenedRegistry registry, IReadOnlyList<string> tags, ReadDeadline deadline)
    {
        VersionedTag[] asked =
        [
            .. tags.Where(tag => !TagFilter.IsSignatureTag(tag)).Select(VersionedTag.Read).OrderDescending(TagOrder.ByVersion).Take(MaximumTags),
        ];
        var digests = new string?[asked.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, asked.Length),
            new ParallelOptions { MaxDegreeOfParallelism = spec.EffectiveConcurrency, CancellationToken = deadline.Token },
            async (index, _) => digests[index] = await ResolveAsync(registry, asked[index].Tag, deadline));

        var found = asked.Index().Where(one => digests[one.Index]?.StartsWith(prefix, StringComparison.Ordinal) is true)
            .Select(one => (one.Item.Tag, Digest: digests[one.Index]!)).ToArray();
        if (found.DistinctBy(one => one.Digest).Skip(1).Any()) return Ambiguous(prefix, found.Select(one => $"{one.Digest} ({one.Tag})"));
        // Of several tags of one image, one that may be chosen speaks for it.
        if (found is [var first, ..]) return new FoundTag(found.Select(one => one.Tag).FirstOrDefault(IsCandidate) ?? first.Tag);
        var answered = digests.Count(digest => digest is not null);
        var looked = $"Of {Counted.Of(tags.Count, "tag")}, {answered} {(answered == 1 ? "was" : "were")} asked for, and none names";
        return None(prefix, looked, " A digest of one platform is found by its image's tag.");
    }

    private bool IsCandidate(string tag)
    {
        try
        {
            return TagFilter.Of(spec.TagFilter).Judge(tag) is TagVerdict.Candidate;
        }
        catch (Exception slow) when (slow is SlowPatternException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>What a tag names; null where that can't be told.</summary>
    private static async Task<string?> ResolveAsync(OpenedRegistry registry, string tag, ReadDeadline deadline)
    {
        try
        {
            return (await deadline.RunAsync(() => registry.Client.ResolveAsync(tag, deadline.Token))).Digest.ToString();
        }
        catch (Exception) when (!deadline.IsStopped)
        {
            // A plugin's client may throw what the contract does not name; the tag is one of those that gave no answer.
            return null;
        }
    }

    private static FoundTag Ambiguous(string prefix, IEnumerable<string> found)
    {
        var some = string.Join(", ", found.Distinct(StringComparer.Ordinal).Take(5));
        return new FoundTag(Tag: null, Decision.Wait("Ambiguous", $"Several images have digests that begin with {prefix}: {some}. Give more of it."));
    }

    private static FoundTag None(string prefix, string looked, string more = "") => new(Tag: null, Decision.Wait(
        "NoTag", $"{looked} a digest that begins with {prefix}. Images are chosen by their tags: ask by the tag.{more}"));
}
