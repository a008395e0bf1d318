using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// Tells the range of an address by the IANA registries of special-purpose addresses
/// (<see href="https://www.iana.org/assignments/iana-ipv4-special-registry"/>, <see href="https://www.iana.org/assignments/iana-ipv6-special-registry"/>).
/// An IPv6 address that stands for an IPv4 address is judged by both.
/// </summary>
internal static class SpecialAddresses
{
    // The first match counts: metadata services lie within other ranges.
    private static readonly AddressRange[] Ranges =
    [
        Range(AddressKind.Metadata, "cloud metadata", "169.254.169.254/32"),
        Range(AddressKind.Metadata, "cloud metadata", "169.254.170.0/24"),
        Range(AddressKind.Metadata, "cloud metadata", "100.100.100.200/32"),
        Range(AddressKind.Metadata, "cloud metadata", "168.63.129.16/32"),
        Range(AddressKind.Metadata, "cloud metadata", "192.0.0.192/32"),
        Range(AddressKind.Metadata, "cloud metadata", "fd00:ec2::/32"),
        Range(AddressKind.Metadata, "cloud metadata", "fd20:ce::254/128"),
        Range(AddressKind.Metadata, "cloud metadata", "fd00:42::42/128"),
        Range(AddressKind.Metadata, "cloud metadata", "fe80::a9fe:a9fe/128"),
        Range(AddressKind.Unusable, "unspecified", "0.0.0.0/8"),
        Range(AddressKind.Private, "private", "10.0.0.0/8"),
        Range(AddressKind.Private, "carrier-grade NAT", "100.64.0.0/10"),
        Range(AddressKind.Loopback, "loopback", "127.0.0.0/8"),
        Range(AddressKind.LinkLocal, "link-local", "169.254.0.0/16"),
        Range(AddressKind.Private, "private", "172.16.0.0/12"),
        Range(AddressKind.Private, "protocol assignments", "192.0.0.0/24"),
        Range(AddressKind.Private, "documentation", "192.0.2.0/24"),
        Range(AddressKind.Private, "private", "192.168.0.0/16"),
        Range(AddressKind.Private, "benchmarking", "198.18.0.0/15"),
        Range(AddressKind.Private, "documentation", "198.51.100.0/24"),
        Range(AddressKind.Private, "documentation", "203.0.113.0/24"),
        Range(AddressKind.Unusable, "multicast", "224.0.0.0/4"),
        Range(AddressKind.Unusable, "broadcast", "255.255.255.255/32"),
        Range(AddressKind.Unusable, "reserved", "240.0.0.0/4"),
        Range(AddressKind.Unusable, "unspecified", "::/128"),
        Range(AddressKind.Loopback, "loopback", "::1/128"),
        // RFC 8215, with the longest prefix of RFC 6052: the address inside counts. Others stay private: where the address is, only their translator knows.
        Range(AddressKind.Public, "local NAT64", "64:ff9b:1::/96"),
        Range(AddressKind.Private, "local NAT64", "64:ff9b:1::/48"),
        Range(AddressKind.Unusable, "discard-only", "100::/64"),
        Range(AddressKind.Private, "documentation", "2001:db8::/32"),
        Range(AddressKind.Private, "documentation", "3fff::/20"),
        Range(AddressKind.Private, "segment routing", "5f00::/16"),
        Range(AddressKind.Private, "unique local", "fc00::/7"),
        Range(AddressKind.LinkLocal, "link-local", "fe80::/10"),
        Range(AddressKind.Private, "site-local", "fec0::/10"),
        Range(AddressKind.Unusable, "multicast", "ff00::/8"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly AddressRange Reserved = new(AddressKind.Unusable, "reserved", IPNetwork.Parse("::/0"));

    /// <summary>The range of the address; of an IPv6 address with an IPv4 address inside, the range of the one that may be used for less.</summary>
    public static AddressRange RangeOf(IPAddress address)
    {
        // IPNetwork compares IPv4-mapped addresses with the end of a range's base address, so it must never see one.
        address = Unmapped(address);
        if (address.AddressFamily == AddressFamily.InterNetwork) return Find(address);

        var bytes = address.GetAddressBytes();
        var embedded = EmbeddedIn(bytes).ConvertAll(Find);
        var inner = embedded.MaxBy(range => range.Kind) ?? AddressRange.Public;
        var unscoped = new IPAddress(bytes);
        var own = Find(unscoped);
        if (own.Kind > inner.Kind) return own;
        return embedded.Count > 0 || own.Kind != AddressKind.Public || GlobalUnicast.Contains(unscoped) ? inner : Reserved;
    }

    /// <summary>The address as the socket sees it: an IPv4-mapped IPv6 address is the IPv4 address.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static AddressRange Find(IPAddress address) =>
        Array.Find(Ranges, range => range.Network!.Value.BaseAddress.AddressFamily == address.AddressFamily && range.Network.Value.Contains(address))
        ?? AddressRange.Public;

    private static List<IPAddress> EmbeddedIn(byte[] address)
    {
        var found = new List<IPAddress>();
        var high = BinaryPrimitives.ReadUInt64BigEndian(address);
        var low = BinaryPrimitives.ReadUInt64BigEndian(address.AsSpan(8));
        var marker = (uint)(low >> 32);
        var isZero = high == 0;
        // RFC 4291, 2.5.5: IPv4-compatible but for :: and ::1; RFC 2765: IPv4-translated.
        if (isZero && ((marker == 0 && low > 1) || marker == 0xFFFF_0000)) found.Add(V4(address, 12));
        // RFC 6052 and RFC 8215: NAT64.
        if (high == 0x0064_FF9B_0000_0000 && marker == 0) found.Add(V4(address, 12));
        if (high >> 16 == 0x0064_FF9B_0001) found.Add(V4(address, 12));
        // RFC 3056: 6to4.
        if (high >> 48 == 0x2002) found.Add(V4(address, 2));
        // RFC 4380: Teredo, with its server and, inverted, its client.
        if (high >> 32 == 0x2001_0000)
        {
            found.Add(V4(address, 4));
            found.Add(V4([.. address[12..].Select(b => (byte)~b)], 0));
        }

        // RFC 5214: ISATAP.
        if ((marker & ~0x0200_0000u) == 0x0000_5EFE) found.Add(V4(address, 12));
        return found;
    }

    private static IPAddress V4(byte[] bytes, int at) => new(bytes.AsSpan(at, 4));

    private static AddressRange Range(AddressKind kind, string name, string network) => new(kind, name, IPNetwork.Parse(network));
}
