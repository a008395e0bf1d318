using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>How images are read while they are chosen. Each answers in the order asked.</summary>
/// <param name="InspectAsync">Reads them.</param>
/// <param name="DateAsync">Finds out when they were created, and reads no more than that needs.</param>
internal sealed record ImageReads(
    Func<IReadOnlyList<VersionedTag>, Task<InspectedImage[]>> InspectAsync, Func<IReadOnlyList<WantedTag>, Task<InspectedImage[]>> DateAsync)
{
    /// <summary>True where it is enough to know which images are chosen: what their descriptors say of their times is believed, and their details are not
    /// read.</summary>
    public bool IsWithoutDetails { get; init; }
}

/// <summary>What the last round chose.</summary>
/// <param name="Images">The images, in order, as they were.</param>
/// <param name="IsCurrent">True where the same tags were chosen from in the same way, and not long ago.</param>
internal sealed record EarlierChoice(IReadOnlyList<EarlierImage> Images, bool IsCurrent);

/// <summary>An image of the last round.</summary>
internal sealed record EarlierImage(VersionedTag Tag, KnownImage Known);

/// <summary>What was chosen.</summary>
/// <param name="Images">The chosen images, in order.</param>
/// <param name="Read">All images that were looked at.</param>
/// <param name="Unread">How many tags were not looked at although nothing tells how old their images are.</param>
internal sealed record ImageChoice(IReadOnlyList<InspectedImage> Images, IReadOnlyCollection<InspectedImage> Read, int Unread = 0)
{
    /// <summary>How many tags were not looked at although fewer images were found than are asked for: those that were looked at name few.</summary>
    public int LeftOut { get; init; }

    /// <summary>True for the choice of an earlier round.</summary>
    public bool IsEarlier { get; init; }
}
