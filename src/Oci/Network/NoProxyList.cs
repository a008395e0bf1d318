using System.Globalization;
using System.Net;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// The value of <c>NO_PROXY</c> as the programs beside this one read it: ranges and addresses, host names with all names below them, names below a domain
/// (<c>.svc</c>), each but a range with or without a port, and <c>*</c> for everything
/// (<see href="https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config"/>). An entry that is none of these counts for nothing.
/// </summary>
internal sealed class NoProxyList
{
    private const string All = "*";

    private readonly bool _all;
    private readonly List<AllowedDestination> _addresses = [];
    private readonly List<Domain> _domains = [];

    public NoProxyList(string? text)
    {
        foreach (var entry in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Alone it is everything. Before a domain it is a character that no host has, as in curl; Go reads `*.corp` as `.corp`.
            if (entry == All) _all = true;
            else if (AllowedDestination.TryParse(entry) is { IsAddress: true } address) _addresses.Add(address);
            else if (Domain.TryParse(entry) is { } domain) _domains.Add(domain);
        }
    }

    /// <summary>True where the URL's host is not to be asked through a proxy. Of this machine none ever is. Names are compared, not resolved.</summary>
    public bool Contains(Uri url)
    {
        if (_all) return true;
        var host = url.IdnHost.TrimEnd('.').ToLowerInvariant();
        if (host == "localhost") return true;
        if (!IPAddress.TryParse(host, out var address)) return _domains.Exists(domain => domain.Has(host, url.Port));
        return IPAddress.IsLoopback(SpecialAddresses.Unmapped(address)) || _addresses.Exists(entry => entry.Allows(host, address, url.Port));
    }

    /// <summary>A host name: below it, and, unless it was written with a leading dot, it itself.</summary>
    private sealed record Domain(string Name, bool HasItself, int? Port)
    {
        public static Domain? TryParse(string entry)
        {
            var colon = entry.LastIndexOf(':');
            int? port = null;
            if (colon >= 0)
            {
                if (!ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
                port = number;
                entry = entry[..colon];
            }

            var name = Ascii(entry.Trim('.').ToLowerInvariant());
            return name == "" ? null : new Domain(name, HasItself: !entry.StartsWith('.'), port);
        }

        public bool Has(string host, int port)
        {
            if (Port is { } only && only != port) return false;
            if (host.Length == Name.Length) return HasItself && host == Name;
            return host.EndsWith(Name, StringComparison.Ordinal) && host[^(Name.Length + 1)] == '.';
        }

        private static string Ascii(string name)
        {
            try
            {
                return new IdnMapping().GetAscii(name);
            }
            catch (ArgumentException)
            {
                // No name of a host, such as one with an underscore: compared as it is.
                return name;
            }
        }
    }
}
