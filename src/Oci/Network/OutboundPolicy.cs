using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// Decides which addresses are connected to: one rule for registries' URLs and for whatever their answers lead to (redirects, links, token servers). It
/// judges addresses after name resolution, since who owns a name chooses them.
/// </summary>
public sealed class OutboundPolicy(OutboundOptions options)
{
    /// <summary>A server of names that does not answer must not hold a request for longer.</summary>
    private static readonly TimeSpan ResolutionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long the addresses of a host that someone else connects to are believed: a proxy is asked for many URLs of one host.</summary>
    private static readonly TimeSpan MemoLife = TimeSpan.FromMinutes(1);

    private const int MostMemos = 1000;

    // Names that mean this machine or a cloud's metadata service, for what only a proxy can resolve.
    private static readonly string[] SpecialNames = ["localhost", "metadata.google.internal", "metadata.goog", "metadata", "instance-data"];

    /// <summary>The policy of a person's machine.</summary>
    public static OutboundPolicy Default { get; } = new(new OutboundOptions());

    private readonly BoundedCache<string, Memo> _memos = new(MostMemos, comparer: StringComparer.OrdinalIgnoreCase);

    /// <summary>Resolves a host name; replaced by tests.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The addresses of this machine; replaced by tests.</summary>
    internal Func<IEnumerable<IPAddress>> LocalAddresses { get; init; } = static () => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(address => address.Address);

    /// <summary>Who gets credentials.</summary>
    internal TokenServerTrust TokenServers { get; } = new(options.TokenServers);

    /// <summary>Judges the URL that a resource names, for a tool that connects to it by itself: all of its addresses must be allowed.</summary>
    /// <exception cref="RegistryException">The address is refused (<see cref="RegistryErrorKind.DestinationRefused"/>).</exception>
    public async Task CheckRegistryAsync(Uri registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (registry.Scheme is not ("https" or "http")) return;
        try
        {
            await JudgeAllAsync(registry.IdnHost, registry.Port, Destination.Own, cancellationToken);
        }
        catch (OutboundRefusedException refusal)
        {
            throw new RegistryException(
                RegistryErrorKind.DestinationRefused, $"registry {registry.GetLeftPart(UriPartial.Authority)}: {refusal.Message}", refusal)
            {
                Url = new Uri(registry.GetLeftPart(UriPartial.Authority)),
                Advice = refusal.Advice,
            };
        }
    }

    /// <summary>The addresses of the host that may be connected to.</summary>
    /// <exception cref="OutboundRefusedException">There is none.</exception>
    /// <exception cref="SocketException">The name can't be resolved.</exception>
    internal async Task<IPAddress[]> AllowedAddressesAsync(string host, int port, Destination destination, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Judge(host, address, port, destination) is null);
        return allowed.Length > 0 || addresses.Length == 0 ? allowed : throw Refused(host, port, Judge(host, addresses[0], port, destination)!);
    }

    /// <summary>Judges a host that someone else connects to, a proxy or a tool, who may choose any of its addresses.</summary>
    /// <returns>The ranges of its addresses; none where the name can't be resolved here.</returns>
    /// <exception cref="OutboundRefusedException">An address, or the name, is refused.</exception>
    internal async Task<IReadOnlyList<AddressRange>> JudgeAllAsync(string host, int port, Destination destination, CancellationToken cancellationToken)
    {
        if (await FindAsync(host, cancellationToken) is not { } addresses)
        {
            if (IsSpecialName(host) && !options.Allow.Any(entry => entry.Allows(host, address: null, port)))
                throw Refused(host, port, "the name means this machine, or a cloud's metadata service");
            return [];
        }

        foreach (var address in addresses)
        {
            if (Judge(host, address, port, destination) is { } refusal) throw Refused(host, port, refusal);
        }

        return [.. addresses.Select(SpecialAddresses.RangeOf)];
    }

    /// <summary>Why an address is refused; null where it is allowed.</summary>
    internal string? Judge(string host, IPAddress address, int port, Destination destination)
    {
        var isListener = IsOwnListener(address, port);
        // A range that happens to hold the operator's own address does not mean its listener.
        if (options.Allow.Any(entry => (!isListener || entry.Port is not null) && entry.Allows(host, address, port))) return null;
        if (isListener) return "there listens this operator itself";
        var range = SpecialAddresses.RangeOf(address);
        var isAllowed = range.Kind switch
        {
            AddressKind.Public => true,
            AddressKind.Private => destination.IsOwn || (destination.RegistryRange is { } registry && registry.Network == range.Network),
            // ::1 and 127.0.0.0/8 are one place.
            AddressKind.Loopback => options.AllowsOwnLoopback && (destination.IsOwn || destination.RegistryRange?.Kind == AddressKind.Loopback),
            _ => false,
        };
        return isAllowed ? null : Explain(address, range);
    }

    /// <summary>The addresses, for a minute; null where the name can't be resolved here.</summary>
    private async Task<IPAddress[]?> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (_memos.Find(host) is { } memo && Time.GetElapsedTime(memo.At) < MemoLife) return memo.Addresses;
        IPAddress[]? addresses = null;
        try
        {
            addresses = await ResolveAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            // Its name may be one that only the proxy knows; not even that is asked again at once.
        }

        _memos.Set(host, new Memo(addresses, Time.GetTimestamp()));
        return addresses;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // The resolver refuses these with a sentence of its own, where the policy has one.
        if (IPAddress.TryParse(host, out var address) && IsAny(address)) return [address];
        try
        {
            // The system's resolver does not end when its token says so.
            return await Resolve(host, cancellationToken).WaitAsync(ResolutionTimeout, Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    private static string Explain(IPAddress address, AddressRange range)
    {
        var sentence = $"{address} is in the {range.Name} range {range.Network}";
        return range.Kind is AddressKind.Private ? $"{sentence}, and the registry itself is not" : sentence;
    }

    private static OutboundRefusedException Refused(string host, int port, string why)
    {
        var destination = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        return new OutboundRefusedException(
            $"the operator does not connect to {destination}: {why}",
            $"Where that is meant, whoever runs the operator can allow it with the setting Network:Allow={destination}.");
    }

    private static bool IsSpecialName(string host)
    {
        var name = host.TrimEnd('.');
        return SpecialNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private bool IsOwnListener(IPAddress address, int port)
    {
        var here = SpecialAddresses.Unmapped(address);
        return options.Listeners.Any(listener => listener.Port == port && (IsAny(listener.Address) || listener.Address.Equals(here)) && IsLocal(here));
    }

    private bool IsLocal(IPAddress address) =>
        IPAddress.IsLoopback(address) || IsAny(address) || LocalAddresses().Any(local => SpecialAddresses.Unmapped(local).Equals(address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private sealed record Memo(IPAddress[]? Addresses, long At);
}
