using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds;

/// <summary>Something that may be cut from an image's status where it is too large. Counts and reasons are never cut.</summary>
/// <param name="Order">When it goes.</param>
/// <param name="Name">What it is called in <c>status.truncated.counts</c>.</param>
/// <param name="Count">How many entries would go.</param>
/// <param name="Cut">The image without them; called only where there are some.</param>
internal sealed record StatusCut(CutOrder Order, string Name, Func<ImageStatus, int> Count, Func<ImageStatus, ImageStatus> Cut);

/// <summary>Something beside the images that may be left out of a status that is too large.</summary>
/// <param name="Order">When it goes.</param>
/// <param name="Name">What it is called in <c>status.truncated.counts</c>.</param>
/// <param name="Count">How many entries may go.</param>
/// <param name="Cut">The status without that many of them, the least important first.</param>
internal sealed record RegistryCut(CutOrder Order, string Name, Func<RegistryStatus, int> Count, Func<RegistryStatus, int, RegistryStatus> Cut);

/// <summary>The order in which a too large status is cut: the least important first.</summary>
internal enum CutOrder
{
    /// <summary>Parts that the stored documents have in full.</summary>
    Contents,

    /// <summary>Labels.</summary>
    Labels,

    /// <summary>How containers are started.</summary>
    Commands,

    /// <summary>The worst findings by name, whose counts stay.</summary>
    Findings,

    /// <summary>All that is left of the image's configuration.</summary>
    Configuration,

    /// <summary>What could run instead of what runs, whose counts and recommendation stay.</summary>
    Updates,

    /// <summary>Workloads that need no action. After these, whole images are cut.</summary>
    Workloads,

    /// <summary>All other workloads, where no image is left.</summary>
    AfterImages,
}
