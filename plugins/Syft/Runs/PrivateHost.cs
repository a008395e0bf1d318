using System.Net;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>
/// The addresses that go-containerregistry, which Syft pulls with, takes for those of a developer's machine
/// (<see href="https://github.com/google/go-containerregistry/blob/main/pkg/name/registry.go"/>).
/// </summary>
internal static class PrivateHost
{
    // RFC 1918, section 3.
    private static readonly IPNetwork[] PrivateNetworks = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16")];
    private static readonly string[] LocalSuffixes = [".local", ".localhost"];

    /// <summary>True for the host itself, a private IPv4 network, and names that end in <c>.local</c>, as a cluster's do.</summary>
    public static bool Is(Uri registry)
    {
        if (registry.IsLoopback) return true;
        return IPAddress.TryParse(registry.DnsSafeHost, out var address)
            ? Array.Exists(PrivateNetworks, network => network.Contains(address))
            : Array.Exists(LocalSuffixes, suffix => registry.DnsSafeHost.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }
}
