using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The room for large pages of lists, over all registries: each has many times the entries of a usual one. One of referrers is held as a whole while it is
/// parsed; of one of tags, these are on their way to whoever counts them.
/// </summary>
internal sealed class LargePages(OciClientOptions options)
{
    /// <summary>Two by default: three lists of the largest size, read at the same time, would each end for want of memory.</summary>
    private const long Tags = 24 * 1024 * 1024;

    private readonly FairGate _room = new(options.MaximumPageBytesInFlight);

    /// <summary>Waits for the room of one page of referrers, shared fairly between those for whom clients are made.</summary>
    public ValueTask<IDisposable> EnterReferrersAsync(string group, CancellationToken cancellationToken) =>
        _room.EnterAsync(group, options.MaximumReferrersBytes, cancellationToken);

    /// <summary>The same for one page of tags.</summary>
    public ValueTask<IDisposable> EnterTagsAsync(string group, CancellationToken cancellationToken) => _room.EnterAsync(group, Tags, cancellationToken);
}
