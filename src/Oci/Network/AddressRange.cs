using System.Net;

namespace RegistryOperator.Oci.Network;

/// <summary>What an address may be used for, from the harmless on.</summary>
internal enum AddressKind
{
    /// <summary>Globally reachable.</summary>
    Public,

    /// <summary>Reachable within a site: RFC 1918, unique local, carrier-grade NAT and the like.</summary>
    Private,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>The same link; where clouds serve metadata.</summary>
    LinkLocal,

    /// <summary>A service by which a cloud gives its machines their identity.</summary>
    Metadata,

    /// <summary>No destination of a connection: unspecified, multicast, broadcast, reserved.</summary>
    Unusable,
}

/// <summary>The range that an address belongs to.</summary>
/// <param name="Kind">What it may be used for.</param>
/// <param name="Name">What it is called, for messages.</param>
/// <param name="Network">The range; null for what is public.</param>
internal sealed record AddressRange(AddressKind Kind, string Name, IPNetwork? Network)
{
    public static AddressRange Public { get; } = new(AddressKind.Public, "public", null);
}
