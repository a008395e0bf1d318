using System.Net.Sockets;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Host.Tests.Support;

/// <summary>Policies for outbound requests, as tests need them.</summary>
internal static class TestPolicy
{
    /// <summary>No host name has an address: for registries that nobody runs.</summary>
    public static OutboundPolicy Offline { get; } = new(new OutboundOptions())
    {
        Resolve = (_, _) => throw new SocketException((int)SocketError.HostNotFound),
    };
}
