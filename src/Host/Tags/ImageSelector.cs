using System.Globalization;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Sorts and limits. By name the limit is applied before anything is read. By time (<c>newest</c>, <c>oldest</c>) the images of each
/// release line are in version order, so only the heads of the lines and what follows a chosen image need to be read (see
/// <see cref="ReleaseLines"/>): about as many images as there are lines and three times the limit, instead of all.
/// </summary>
internal static class ImageSelector
{
    /// <summary>Images of one resource at most, whatever its limit: a status shows some thousands.</summary>
    public const int MostImages = 20_000;

    /// <param name="tags">The candidates.</param>
    /// <param name="sortBy">One of <see cref="TagOrders"/>.</param>
    /// <param name="limit">How many are kept; 0 for all.</param>
    /// <param name="inspect">Reads images, answering in the order asked.</param>
    /// <returns>The chosen images, in order.</returns>
    public static async Task<IReadOnlyList<InspectedImage>> SelectAsync(
        IReadOnlyList<string> tags, string sortBy, int limit, Func<IReadOnlyList<VersionedTag>, Task<InspectedImage[]>> inspect)
    {
        var candidates = tags.Select(VersionedTag.Read).ToArray();
        if (limit <= 0) limit = candidates.Length;
        if (limit > MostImages) limit = MostImages;
        if (sortBy == TagOrders.Alphabetical)
        {
            var first = candidates.OrderBy(candidate => candidate.Tag, StringComparer.Ordinal).Take(limit).ToArray();
            return await inspect(first);
        }

        var newestFirst = sortBy == TagOrders.Newest;
        var images = limit >= candidates.Length ? await inspect(candidates) : await ReadLinesAsync(candidates, newestFirst, limit, inspect);
        return [.. ImageOrder.Sort(images, newestFirst).Take(limit)];
    }

    /// <summary>True where the choice among the candidates needs their times of creation, and so reads more images than one.</summary>
    public static bool NeedsTimes(int candidates, string sortBy, int limit) => limit > 0 && limit < candidates && sortBy != TagOrders.Alphabetical;

    /// <summary>Says whether the limit leaves a candidate in.</summary>
    /// <param name="tag">The candidate.</param>
    /// <param name="candidates">How many there are.</param>
    /// <param name="sortBy">One of <see cref="TagOrders"/>.</param>
    /// <param name="limit">How many are kept; 0 for all.</param>
    /// <param name="chosen">The tags that are kept, in order; null where they are not known.</param>
    public static IEnumerable<DecisionStep> Explain(string tag, int candidates, string sortBy, int limit, IReadOnlyList<string>? chosen)
    {
        var place = chosen?.Index().FirstOrDefault(one => one.Item == tag) is (var index, not null) ? index + 1 : (int?)null;
        var order = sortBy switch
        {
            TagOrders.Newest => "by time of creation, the newest first",
            TagOrders.Oldest => "by time of creation, the oldest first",
            _ => "by name",
        };
        yield return new DecisionStep(
            "place",
            Decision.Tell(place is null ? "Sorted" : "Placed", place is null ? $"Images are sorted {order}." : $"Place {place} of {candidates} {order}.")
                .By("spec.tagFilter.sortBy", sortBy));
        yield return new DecisionStep("limit", ExplainLimit().By("spec.tagFilter.limit", limit.ToString(CultureInfo.InvariantCulture)));

        Decision ExplainLimit()
        {
            if (limit <= 0) return Decision.Pass("WithinLimit", "Without a limit all candidates are kept.");
            if (limit >= candidates) return Decision.Pass("WithinLimit", $"There are {candidates} candidates, no more than the limit.");
            if (chosen is null) return Decision.Wait("NotKnown", $"{candidates} candidates are more than the limit, and their order is not known.");
            return place is not null
                ? Decision.Pass("WithinLimit", $"Place {place} is within the limit.")
                : Decision.Stop("BeyondLimit", $"Other candidates come first: the last one kept is {(chosen is [.., var last] ? last : "none")}.");
        }
    }

    private static async Task<IReadOnlyList<InspectedImage>> ReadLinesAsync(
        IReadOnlyList<VersionedTag> candidates, bool newestFirst, int limit, Func<IReadOnlyList<VersionedTag>, Task<InspectedImage[]>> inspect)
    {
        var lines = ReleaseLines.Group(candidates).Select(line => new Line(newestFirst ? line : [.. line.Reverse()])).ToArray();
        var images = new List<InspectedImage>();
        var reading = lines;
        while (reading.Length > 0)
        {
            var found = await inspect([.. reading.SelectMany(line => line.TakeNext())]);
            images.AddRange(found);
            var chosen = ImageOrder.Sort(images, newestFirst).Take(limit).Select(image => image.Tag.Tag).ToHashSet(StringComparer.Ordinal);
            var undated = images.Where(image => image.Created is null).Select(image => image.Tag.Tag).ToHashSet(StringComparer.Ordinal);

            // What comes after an image that is not chosen is not chosen either; an image without a time decides nothing about the next.
            reading = [.. lines.Where(line => line.HasMore && (chosen.Contains(line.LastRead) || undated.Contains(line.LastRead)))];
        }

        return images;
    }

    /// <summary>A release line that is read from its head, twice as far at each turn.</summary>
    private sealed class Line(IReadOnlyList<VersionedTag> tags)
    {
        private int _read;
        private int _step = 1;

        public bool HasMore => _read < tags.Count;

        public string LastRead => tags[_read - 1].Tag;

        public IEnumerable<VersionedTag> TakeNext()
        {
            var next = tags.Skip(_read).Take(_step).ToArray();
            _read += next.Length;
            _step *= 2;
            return next;
        }
    }
}
