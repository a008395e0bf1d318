using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Finds the newest (or oldest) images of a repository by reading few of them: best first over the tree of releases, going on in a line only
/// where what was read of it is among the best.
/// </summary>
internal sealed class ReleaseSearch(bool newestFirst, int limit, IReadOnlyList<LineNode> families)
{
    /// <summary>How many tags are read at once where each answer may make others needless.</summary>
    private const int Step = 4;

    /// <summary>So many images more than are asked for are read, however the tags look.</summary>
    public const int MostReadsBeyondLimit = 40;

    /// <summary>Many tags may name one image, and cost a request each: so many times more tags than images are looked at.</summary>
    public const int MostTagsOfAnImage = 5;

    /// <summary>Of words and commits, which have no order, so many are read.</summary>
    public const int MostUnordered = 200;

    /// <summary>Of what is still missing, this part is read at once of one line.</summary>
    private const int PartAtOnce = 8;

    private readonly Dictionary<string, InspectedImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TagLeaf> _leaves = new(StringComparer.Ordinal);

    /// <summary>Follows from the images, and is made anew only where one was added: sorting many of them at each step would take long.</summary>
    private Progress? _progress;
    private int _unordered;

    /// <summary>What was read.</summary>
    public IReadOnlyCollection<InspectedImage> Images => _images.Values;

    /// <summary>All tags.</summary>
    public IReadOnlyList<TagLeaf> Leaves => [.. families.SelectMany(family => family.All)];

    /// <summary>How many tags that tell nothing of their age were not read, for there are too many.</summary>
    public int Unread => Math.Max(0, families.Count(family => family.IsUnordered) - MostUnordered);

    /// <summary>How many tags were not looked at although fewer images were found than are asked for: what was looked at names few.</summary>
    public int LeftOut => Now is { Missing: > 0, MayRead: <= 0 }
        ? families.Where(family => !family.IsUnordered).SelectMany(family => family.All).Count(leaf => !_images.ContainsKey(leaf.Name.Tag.Tag))
        : 0;

    private Progress Now => _progress ??= Look();

    /// <summary>The most tags that are looked at to choose so many images.</summary>
    public static int MostLooks(int limit) => (limit + MostReadsBeyondLimit) * MostTagsOfAnImage;

    /// <summary>Takes an image that is known before the search begins, e.g. one that was chosen the last time: what is not better is not looked for.</summary>
    public void Seed(InspectedImage image)
    {
        _images[image.Tag.Tag] = image;
        _progress = null;
    }

    /// <summary>The tags to read next; none where the images are found.</summary>
    public IReadOnlyList<TagLeaf> Next()
    {
        var now = Now;
        while (true)
        {
            var offers = Offers(now).ToList();
            var known = offers.Where(offer => IsKnown(offer.Leaf)).ToList();
            foreach (var offer in known) Place(offer.Leaf, _images[offer.Leaf.Name.Tag.Tag]);
            if (known.Count > 0) continue;
            var left = now.MayRead;
            var best = offers.OrderByDescending(offer => offer.Estimate).Select(offer => offer.Leaf)
                .Where(leaf => leaf.Name.Version is null || left-- > 0).Take(Math.Max(Step, now.Missing)).ToList();
            _unordered += best.Count(leaf => leaf.Name.Version is null);
            return best;
        }
    }

    /// <summary>Takes what was read; a later answer about a tag takes the place of the earlier one.</summary>
    public void Add(TagLeaf leaf, InspectedImage image)
    {
        Place(leaf, image);
        Seed(image);
    }

    /// <summary>Takes the details of an image that was read before.</summary>
    public void Complete(InspectedImage image)
    {
        if (_leaves.TryGetValue(image.Tag.Tag, out var leaf)) Add(leaf, image);
    }

    private void Place(TagLeaf leaf, InspectedImage image)
    {
        leaf.Image = image;
        leaf.Rank = Rank(image);
        _leaves[image.Tag.Tag] = leaf;
    }

    private bool IsKnown(TagLeaf leaf) => _images.ContainsKey(leaf.Name.Tag.Tag);

    private Progress Look()
    {
        var chosen = ImageOrder.Choose(_images.Values, newestFirst, limit).ToList();
        var missing = limit - chosen.Count;
        var versions = _images.Values.Where(image => image.Tag.Version is not null).ToList();
        var different = versions.DistinctBy(image => (object?)image.Digest ?? image).Count();
        var mayRead = Math.Min(limit + MostReadsBeyondLimit - different, MostLooks(limit) - versions.Count);
        var threshold = missing > 0 ? (long?)null : Rank(chosen[^1]) ?? long.MinValue;
        return new Progress(new SearchState(IsAmong(chosen), threshold) { IsKnown = IsKnown, AtOnce = missing / PartAtOnce }, missing, mayRead);
    }

    private IEnumerable<Offer> Offers(Progress now)
    {
        var mayReadUnordered = MostUnordered - _unordered;
        for (var i = 0; i < families.Count; i++)
        {
            var family = families[i];
            if (family.IsUnordered)
            {
                if (!family.IsBegun && mayReadUnordered-- > 0) yield return new Offer(family.First, long.MaxValue);
            }
            else if (now.MayRead > 0 && !family.IsBegun)
            {
                yield return new Offer(family.First, long.MaxValue);
            }
            else if (now.MayRead > 0 && (i == 0 || family.IsOpen(now.State)))
            {
                foreach (var offer in family.Offers(now.State, long.MaxValue)) yield return offer;
            }
        }
    }

    private long? Rank(InspectedImage image) =>
        image is { IsImage: true, Created: { } created } ? (newestFirst ? created.UtcTicks : -created.UtcTicks) : null;

    private static Func<InspectedImage, bool> IsAmong(IReadOnlyList<InspectedImage> chosen)
    {
        var tags = chosen.Select(image => image.Tag.Tag).ToHashSet(StringComparer.Ordinal);
        var digests = chosen.Select(image => image.Digest).ToHashSet();
        return image => tags.Contains(image.Tag.Tag) || (image.Digest is not null && digests.Contains(image.Digest));
    }

    /// <summary>How far the search is.</summary>
    /// <param name="State">What lines and releases are asked with.</param>
    /// <param name="Missing">How many images are still to be found.</param>
    /// <param name="MayRead">How many tags that spell a version may still be looked at.</param>
    private sealed record Progress(SearchState State, int Missing, int MayRead);
}
