using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>A tag that is worth reading next.</summary>
/// <param name="Leaf">The tag.</param>
/// <param name="Estimate">The rank of its nearest neighbour that was read: the tag's own is not expected to be better. The highest for the first of a
/// line.</param>
internal sealed record Offer(TagLeaf Leaf, long Estimate);

/// <summary>What the search knows by now.</summary>
/// <param name="IsChosen">True for images that would be chosen, if nothing more was read.</param>
/// <param name="Threshold">The rank of the last one chosen: only what is better would be chosen in its place. Null while fewer were found than are asked
/// for.</param>
internal sealed record SearchState(Func<InspectedImage, bool> IsChosen, long? Threshold)
{
    /// <summary>True for a tag whose image is known and only has to be put in its place: that costs nothing.</summary>
    public required Func<TagLeaf, bool> IsKnown { get; init; }

    /// <summary>How many tags of a line may be read at once, where many images are asked for: one by one, each would cost a look at all of them.</summary>
    public required int AtOnce { get; init; }

    /// <summary>True where an image of this rank would be chosen.</summary>
    public bool IsWanted(long? rank) => Threshold is null || rank > Threshold;
}
