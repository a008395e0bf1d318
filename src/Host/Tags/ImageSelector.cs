using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Sorts and limits. By name and by version the tags alone decide. By time (<c>newest</c>, <c>oldest</c>) as few images are read as the
/// tags let us do with (<see cref="ReleaseSearch"/>): some 40 more than are chosen, of however many.
/// </summary>
internal static class ImageSelector
{
    /// <summary>So few tags are all read: they need not be what they look like.</summary>
    public const int FewTags = 24;

    /// <summary>Images of one resource at most, whatever its limit: a status shows some thousands.</summary>
    public const int MostImages = 20_000;

    /// <summary>Chooses among the candidates.</summary>
    /// <param name="tags">The candidates.</param>
    /// <param name="sortBy">One of <see cref="TagOrders"/>.</param>
    /// <param name="limit">How many are kept; 0 for all.</param>
    /// <param name="reads">Reads images.</param>
    /// <param name="earlier">What the last round chose; null for nothing.</param>
    public static async Task<ImageChoice> SelectAsync(
        IReadOnlyList<string> tags, string sortBy, int limit, ImageReads reads, EarlierChoice? earlier = null)
    {
        var isWhole = limit <= 0 || (limit > MostImages && tags.Count > MostImages);
        limit = limit <= 0 ? MostImages : Math.Min(limit, MostImages);
        if (isWhole || sortBy == TagOrders.Alphabetical) return await WithoutChoosingAsync(tags, sortBy, limit, reads);
        if (earlier is { IsCurrent: true, Images.Count: > 0 } && await UnchangedAsync(earlier, reads) is { } unchanged) return unchanged;
        var names = TagNames.Read(tags);
        return sortBy == TagOrders.Version
            ? await HighestAsync(names, limit, reads)
            : await FirstByTimeAsync(names, sortBy == TagOrders.Newest, limit, reads, earlier);
    }

    /// <summary>True for a tag that comes after all others, since a full version stands behind it.</summary>
    public static bool IsLeftOutAsFloating(string tag, IReadOnlyList<string> candidates, string sortBy, int limit)
    {
        if (sortBy == TagOrders.Alphabetical || limit <= 0 || (sortBy != TagOrders.Version && IsFew(candidates.Count, limit))) return false;
        var names = TagNames.Read(candidates);
        return names.All.FirstOrDefault(name => name.Tag.Tag == tag) is { } name && names.IsFloating(name);
    }

    private static bool IsFew(int candidates, int limit) => candidates <= Math.Max(FewTags, limit);

    /// <summary>Reads the details of images of which only the time is known.</summary>
    private static async Task<InspectedImage[]> CompleteAsync(IReadOnlyList<InspectedImage> images, ImageReads reads)
    {
        if (reads.IsWithoutDetails) return [.. images];
        var wanted = images.Where(image => image.IsGlance).Select(image => image.Tag).ToArray();
        var complete = wanted.Length == 0 ? [] : await reads.InspectAsync(wanted);
        var byTag = complete.ToDictionary(image => image.Tag.Tag, StringComparer.Ordinal);
        return [.. images.Select(image => byTag.GetValueOrDefault(image.Tag.Tag) ?? image)];
    }

    /// <summary>
    /// The earlier choice, where its images are still what they were: from the same tags the same would be chosen, for one HEAD each. One that
    /// can't be asked for now keeps its place. Null where one has changed: others may have, too.
    /// </summary>
    private static async Task<ImageChoice?> UnchangedAsync(EarlierChoice earlier, ImageReads reads)
    {
        var images = await reads.InspectAsync([.. earlier.Images.Select(image => image.Tag)]);
        var same = images.Zip(earlier.Images).All(pair => pair.First.Digest == pair.Second.Known.Digest || pair.First.LastKnown is not null);
        if (!same) return null;
        var chosen = images.Zip(earlier.Images, (image, before) => image with { OtherTags = before.Known.OtherTags });
        return new ImageChoice([.. chosen], images) { IsEarlier = true };
    }

    private static async Task<ImageChoice> WithoutChoosingAsync(IReadOnlyList<string> tags, string sortBy, int limit, ImageReads reads)
    {
        if (sortBy == TagOrders.Alphabetical)
        {
            var first = tags.Order(StringComparer.Ordinal).Take(limit).Select(VersionedTag.Read).ToArray();
            var named = await reads.InspectAsync(first);
            return new ImageChoice(named, named);
        }

        IEnumerable<VersionedTag> wanted = TagNames.Read(tags).All.Select(name => name.Tag);
        // More than can be shown: their versions decide, since no times are known.
        if (tags.Count > limit) wanted = wanted.Order(sortBy == TagOrders.Oldest ? TagPreference.LowestFirst : TagPreference.HighestFirst).Take(limit);
        var images = await reads.InspectAsync([.. wanted]);
        IReadOnlyList<InspectedImage> sorted = sortBy == TagOrders.Version
            ? [.. images.OrderBy(image => image.Tag, TagPreference.HighestFirst)]
            : [.. ImageOrder.Sort(images, sortBy == TagOrders.Newest)];
        return new ImageChoice(sorted, images);
    }

    /// <summary>By the tags alone: nothing is read that is not chosen, unless it turns out to be another tag of a chosen one.</summary>
    private static async Task<ImageChoice> HighestAsync(TagNames names, int limit, ImageReads reads)
    {
        // Floating tags are aliases as a rule, and stand for an image of their own where there is room for all.
        var candidates = names.All.OrderBy(names.IsFloating).ThenBy(name => name.Tag, TagPreference.HighestFirst).ToArray();
        var most = Math.Min(candidates.Length, ReleaseSearch.MostLooks(limit));
        var images = new List<InspectedImage>();
        var chosen = new List<InspectedImage>();
        var aliases = new ImageAliases();
        while (images.Count < most && chosen.Count < limit)
        {
            var begin = images.Count;
            var next = candidates[begin..Math.Min(most, begin + limit - chosen.Count)]
                .Select((name, index) => new WantedTag(name.Tag, MayBeAlias(begin + index))).ToArray();
            var found = await reads.DateAsync(next);
            images.AddRange(found);
            // A new tag that can't be read takes no place from an image that is known.
            chosen.AddRange(found.Where(image => !IsUnknown(image)).Where(aliases.IsNew));
        }

        chosen.AddRange(images.Where(IsUnknown).Take(limit - chosen.Count));
        chosen = [.. chosen.OrderBy(image => image.Tag, TagPreference.HighestFirst)];

        return new ImageChoice([.. ImageAliases.WithOtherTags(await CompleteAsync(chosen, reads), images)], images)
        {
            LeftOut = chosen.Count < limit ? candidates.Skip(images.Count).Count(name => !names.IsFloating(name)) : 0,
        };

        bool MayBeAlias(int index) => names.IsFloating(candidates[index]) || (index > 0 && IsVariantOf(candidates[index], candidates[index - 1]));
    }

    private static async Task<ImageChoice> FirstByTimeAsync(TagNames names, bool newestFirst, int limit, ImageReads reads, EarlierChoice? earlier)
    {
        var few = IsFew(names.All.Count, limit);
        var search = new ReleaseSearch(newestFirst, limit, ReleaseTree.Build(few ? names.All : names.Standing, newestFirst));
        if (few) await ReadAllAsync(names, search, reads);
        else await SeedAsync(names, search, reads, earlier);
        while (true)
        {
            for (var next = search.Next(); next.Count > 0; next = search.Next())
            {
                var found = await reads.DateAsync([.. next.Select(leaf => new WantedTag(leaf.Name.Tag, leaf.MayBeAlias))]);
                foreach (var (leaf, image) in next.Zip(found)) search.Add(leaf, image);
            }

            var chosen = ImageOrder.Choose(search.Images, newestFirst, limit).ToArray();
            if (reads.IsWithoutDetails || !chosen.Any(image => image.IsGlance))
                return new ImageChoice([.. ImageAliases.WithOtherTags(chosen, search.Images)], search.Images, search.Unread) { LeftOut = search.LeftOut };

            // An image may turn out to be none, or to be of another time: then others are chosen, too.
            foreach (var image in await CompleteAsync(chosen, reads)) search.Complete(image);
        }
    }

    /// <summary>What was chosen the last time is looked at first, so that a round that is cut short brings nothing older up.</summary>
    private static async Task SeedAsync(TagNames names, ReleaseSearch search, ImageReads reads, EarlierChoice? earlier)
    {
        var standing = names.Standing.Select(name => name.Tag.Tag).ToHashSet(StringComparer.Ordinal);
        var wanted = (earlier?.Images ?? []).Where(image => standing.Contains(image.Tag.Tag)).Select(image => new WantedTag(image.Tag)).ToArray();
        if (wanted.Length == 0) return;
        foreach (var image in await reads.DateAsync(wanted)) search.Seed(image);
    }

    private static async Task ReadAllAsync(TagNames names, ReleaseSearch search, ImageReads reads)
    {
        var leaves = search.Leaves;
        var found = await reads.DateAsync([.. leaves.Select(leaf => new WantedTag(leaf.Name.Tag, leaf.MayBeAlias || names.IsFloating(leaf.Name)))]);
        foreach (var (leaf, image) in leaves.Zip(found)) search.Add(leaf, image);
    }

    private static bool IsUnknown(InspectedImage image) => image is { Reason: not null, Digest: null, LastKnown: null };

    private static bool IsVariantOf(TagName name, TagName before) =>
        name.Version is not null && before.Version is not null && name.Version.CompareReleaseTo(before.Version) == 0;
}
