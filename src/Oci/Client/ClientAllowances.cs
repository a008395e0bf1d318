using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>
/// The pull allowance of each of a client's credentials, looked up once: what a client counts in stays the same, whatever becomes of the cache that clients
/// share.
/// </summary>
/// <param name="credentials">How many credentials there are.</param>
/// <param name="find">Looks the allowance of one up.</param>
internal sealed class ClientAllowances(int credentials, Func<int, PullAllowance> find)
{
    private readonly PullAllowance?[] _known = new PullAllowance?[credentials];

    public PullAllowance Of(int credential) => Volatile.Read(ref _known[credential])
        ?? Interlocked.CompareExchange(ref _known[credential], find(credential), null)
        ?? _known[credential]!;
}
