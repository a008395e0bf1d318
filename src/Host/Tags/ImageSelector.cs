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
