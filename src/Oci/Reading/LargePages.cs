using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The room for large pages of lists, over all registries: each has many times the entries of a usual one. One of referrers is held as a whole while it is
/// parsed; of one of tags, these are on their way to whoever counts them.
/// </summary>
internal sealed class LargePages(OciClientOptions options)
{
    private readonly FairGate _room = new(options.MaximumPageBytesInFlight);

    /// <summary>Waits for the room of one page, shared fairly between those for whom clients are made.</summary>
    public ValueTask<IDisposable> EnterAsync(string group, CancellationToken cancellationToken) =>
        _room.EnterAsync(group, options.MaximumReferrersBytes, cancellationToken);
}
