using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// The room for large pages of lists that are held as a whole, over all registries: of referrers while they are parsed, of tags where these are not taken as
/// fast as they come.
/// </summary>
internal sealed class LargePages(OciClientOptions options)
{
    private readonly FairGate _room = new(options.MaximumPageBytesInFlight);

    /// <summary>Waits for the room of one page, shared fairly between those for whom clients are made.</summary>
    public ValueTask<IDisposable> EnterAsync(string group, CancellationToken cancellationToken) =>
        _room.EnterAsync(group, options.MaximumReferrersBytes, cancellationToken);
}
