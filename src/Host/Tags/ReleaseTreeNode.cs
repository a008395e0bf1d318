using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>A part of the tree of releases.</summary>
internal abstract class ReleaseTreeNode
{
    /// <summary>An image without a time decides nothing about the next one, but so many in a row say that in this line times are missing.</summary>
    protected const int MostUndated = 3;

    /// <summary>The tags below, in the order in which they would be read.</summary>
    public abstract IEnumerable<TagLeaf> Leaves { get; }

    /// <summary>All tags below.</summary>
    public abstract IEnumerable<TagLeaf> All { get; }

    /// <summary>The tag that stands for all of them.</summary>
    public abstract TagLeaf First { get; }

    /// <summary>How many tags there are.</summary>
    public abstract int Count { get; }

    public bool IsBegun => First.Image is not null;

    /// <summary>The best rank found below; the lowest for none.</summary>
    public long Best => Leaves.Where(leaf => leaf.Image is not null).Select(leaf => leaf.Rank ?? long.MinValue).DefaultIfEmpty(long.MinValue).Max();

    /// <summary>True where one of those read is among the chosen, or none of them tells a time.</summary>
    public bool IsOpen(SearchState state)
    {
        var read = Leaves.Where(leaf => leaf.Image is not null).ToList();
        return read.Exists(leaf => state.IsChosen(leaf.Image!)) || (read.Count <= MostUndated && read.TrueForAll(leaf => leaf.Rank is null));
    }

    /// <summary>What is worth reading next.</summary>
    public abstract IEnumerable<Offer> Offers(SearchState state, long estimate);
}

/// <summary>One tag.</summary>
internal sealed class TagLeaf(TagName name)
{
    public TagName Name { get; } = name;

    /// <summary>What was read; null for nothing.</summary>
    public InspectedImage? Image { get; set; }

    /// <summary>Higher is better; null where no time is known.</summary>
    public long? Rank { get; set; }

    /// <summary>True where the tag is likely to name an image that was read under another tag.</summary>
    public bool MayBeAlias { get; init; }
}
