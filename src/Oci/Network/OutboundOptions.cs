using System.Net;

namespace RegistryOperator.Oci.Network;

/// <summary>What <see cref="OutboundPolicy"/> allows beyond public addresses, and who is trusted with credentials.</summary>
public sealed record OutboundOptions
{
    /// <summary>Destinations that are allowed whatever their address; the operator's own listeners only by an entry with their port.</summary>
    public IReadOnlyList<AllowedDestination> Allow { get; init; } = [];

    /// <summary>True where a registry's own URL may name this machine, as on a person's; false in a cluster.</summary>
    public bool AllowsOwnLoopback { get; init; } = true;

    /// <summary>Where the operator itself listens.</summary>
    public IReadOnlyList<IPEndPoint> Listeners { get; init; } = [];

    /// <summary>Token servers that get a registry's credentials although they are of another domain, beside the built-in ones.</summary>
    public IReadOnlyList<TokenServer> TokenServers { get; init; } = [];
}
