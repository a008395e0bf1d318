using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// Where a registry's own connections ended. Only where all of them ended in one private range, or on this machine, may its answers lead there: a name
/// whose address changes, as an attacker's does, counts for none.
/// </summary>
internal sealed class RegistryLocation
{
    private readonly Lock _lock = new();
    private AddressRange? _only;
    private bool _isMixed;

    /// <summary>The private range, or this machine's own, of all connections so far; null for none, for several, and for any other.</summary>
    public AddressRange? SiteRange
    {
        get
        {
            lock (_lock) return _isMixed || _only is not { Kind: AddressKind.Private or AddressKind.Loopback } ? null : _only;
        }
    }

    public void Observe(AddressRange range)
    {
        lock (_lock)
        {
            _isMixed |= _only is not null && _only.Network != range.Network;
            _only ??= range;
        }
    }
}
