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

    /// <summary>Of words and commits, which have no order, so many are read.</summary>
    public const int MostUnordered = 200;

    private readonly Dictionary<string, InspectedImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TagLeaf> _leaves = new(StringComparer.Ordinal);
    private int _unordered;

    /// <summary>What was read.</summary>
    public IReadOnlyCollection<InspectedImage> Images => _images.Values;

    /// <summary>All tags.</summary>
    public IReadOnlyList<TagLeaf> Leaves => [.. families.SelectMany(family => family.All)];

    /// <summary>How many tags that tell nothing of their age were not read, for there are too many.</summary>
    public int Unread => Math.Max(0, families.Count(family => family.IsUnordered) - MostUnordered);

    /// <summary>Takes an image that is known before the search begins, e.g. one that was chosen the last time: what is not better is not looked for.</summary>
    public void Seed(InspectedImage image) => _images[image.Tag.Tag] = image;

    /// <summary>The tags to read next; none where the images are found.</summary>
    public IReadOnlyList<TagLeaf> Next()
    {
        while (true)
        {
            var chosen = ImageOrder.Choose(_images.Values, newestFirst, limit).ToList();
            var state = new SearchState(IsAmong(chosen), chosen.Count >= limit ? Rank(chosen[^1]) ?? long.MinValue : null);
            var best = Offers(state).OrderByDescending(offer => offer.Estimate).Take(Math.Max(Step, limit - chosen.Count)).Select(offer => offer.Leaf).ToList();
            var known = best.Where(leaf => _images.ContainsKey(leaf.Name.Tag.Tag)).ToList();
            if (known.Count == 0)
            {
                _unordered += best.Count(leaf => leaf.Name.Version is null);
                return best;
            }

            foreach (var leaf in known) Add(leaf, _images[leaf.Name.Tag.Tag]);
        }
    }

    /// <summary>Takes what was read; a later answer about a tag takes the place of the earlier one.</summary>
    public void Add(TagLeaf leaf, InspectedImage image)
    {
        leaf.Image = image;
        leaf.Rank = Rank(image);
        _images[image.Tag.Tag] = image;
        _leaves[image.Tag.Tag] = leaf;
    }

    /// <summary>Takes the details of an image that was read before.</summary>
    public void Complete(InspectedImage image)
    {
        if (_leaves.TryGetValue(image.Tag.Tag, out var leaf)) Add(leaf, image);
    }

    private IEnumerable<Offer> Offers(SearchState state)
    {
        var read = _images.Values.Where(image => image.Tag.Version is not null).DistinctBy(image => (object?)image.Digest ?? image).Count();
        var mayRead = read < limit + MostReadsBeyondLimit;
        var mayReadUnordered = MostUnordered - _unordered;
        for (var i = 0; i < families.Count; i++)
        {
            var family = families[i];
            if (family.IsUnordered)
            {
                if (!family.IsBegun && mayReadUnordered-- > 0) yield return new Offer(family.First, long.MaxValue);
            }
            else if (mayRead && !family.IsBegun)
            {
                yield return new Offer(family.First, long.MaxValue);
            }
            else if (mayRead && (i == 0 || family.IsOpen(state)))
            {
                foreach (var offer in family.Offers(state, long.MaxValue)) yield return offer;
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
}
