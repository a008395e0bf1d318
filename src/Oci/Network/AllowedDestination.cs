using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// An entry of the setting <c>Network:Allow</c>: a range of addresses (<c>10.0.0.0/8</c>), an address or a host name, each of these two with or
/// without a port (<c>minio.storage.svc:9000</c>, <c>[fd00::1]:443</c>).
/// </summary>
public sealed class AllowedDestination
{
    private readonly IPNetwork? _network;
    private readonly string? _host;

    private AllowedDestination(string text, IPNetwork? network, string? host, int? port)
    {
        Text = text;
        _network = network;
        _host = host;
        Port = port;
    }

    /// <summary>The entry as written.</summary>
    public string Text { get; }

    /// <summary>The port that alone is allowed; null for all.</summary>
    public int? Port { get; }

    /// <summary>True for a range or an address, false for a host name.</summary>
    internal bool IsAddress => _network is not null;

    /// <summary>Reads an entry; null where it is none of the three.</summary>
    public static AllowedDestination? TryParse(string text)
    {
        var entry = text.Trim();
        if (entry.Contains('/', StringComparison.Ordinal)) return ReadNetwork(entry) is { } network ? new(entry, network, null, null) : null;
        if (ReadAddress(entry) is { } address) return new(entry, Single(address), null, null);

        var colon = entry.LastIndexOf(':');
        int? port = null;
        if (colon >= 0)
        {
            if (!ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return null;
            port = number;
            entry = entry[..colon];
        }

        if (ReadAddress(entry) is { } single) return new(text.Trim(), Single(single), null, port);
        return Uri.CheckHostName(entry) == UriHostNameType.Dns ? new(text.Trim(), null, entry.TrimEnd('.'), port) : null;
    }

    /// <summary>True where the entry allows this address, which is one of the host's.</summary>
    internal bool Allows(string host, IPAddress? address, int port)
    {
        if (Port is { } only && only != port) return false;
        if (_host is not null) return string.Equals(_host, host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
        return address is not null && _network is { } network
            && network.BaseAddress.AddressFamily == SpecialAddresses.Unmapped(address).AddressFamily && network.Contains(SpecialAddresses.Unmapped(address));
    }

    private static IPAddress? ReadAddress(string text)
    {
        var bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        // IPAddress also takes 1 and 127.1, which are host names here.
        var isLiteral = bare.Contains(':', StringComparison.Ordinal) || bare.Count(c => c == '.') == 3;
        // And [::1]:80, of which it drops the port.
        if (bare.Contains('[', StringComparison.Ordinal) || (bare != text && !bare.Contains(':', StringComparison.Ordinal))) return null;
        return isLiteral && IPAddress.TryParse(bare, out var address) && address.ScopeIdOrZero() == 0 ? SpecialAddresses.Unmapped(address) : null;
    }

    private static IPNetwork? ReadNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (ReadAddress(text[..slash]) is not { } address) return null;
        var bytes = address.GetAddressBytes();
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > bytes.Length * 8) return null;
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}

file static class ScopeIds
{
    public static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
