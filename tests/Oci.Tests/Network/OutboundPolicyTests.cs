using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Network;

public sealed class OutboundPolicyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    // Own URLs: public and private ones, loopback on a person's machine.
    [InlineData("own", "8.8.8.8", true)]
    [InlineData("own", "10.0.0.1", true)]
    [InlineData("own", "fd00::1", true)]
    [InlineData("own", "100.64.0.1", true)]
    [InlineData("own", "127.0.0.1", true)]
    [InlineData("own", "::1", true)]
    [InlineData("own", "169.254.169.254", false)]
    [InlineData("own", "169.254.1.1", false)]
    [InlineData("own", "fd00:ec2::254", false)]
    [InlineData("own", "100.100.100.200", false)]
    [InlineData("own", "0.0.0.0", false)]
    [InlineData("own", "::", false)]
    [InlineData("own", "224.0.0.1", false)]
    [InlineData("own", "255.255.255.255", false)]
    [InlineData("own in a cluster", "127.0.0.1", false)]
    [InlineData("own in a cluster", "::1", false)]
    [InlineData("own in a cluster", "::ffff:127.0.0.1", false)]
    [InlineData("own in a cluster", "64:ff9b::7f00:1", false)]
    [InlineData("own in a cluster", "10.0.0.1", true)]
    // What the answers of a public registry lead to.
    [InlineData("linked", "8.8.8.8", true)]
    [InlineData("linked", "2600::1", true)]
    [InlineData("linked", "10.0.0.1", false)]
    [InlineData("linked", "192.168.0.1", false)]
    [InlineData("linked", "fd00::1", false)]
    [InlineData("linked", "100.64.0.1", false)]
    [InlineData("linked", "127.0.0.1", false)]
    [InlineData("linked", "::1", false)]
    [InlineData("linked", "169.254.169.254", false)]
    [InlineData("linked", "2002:a00:1::", false)]
    // Those of a registry in 10.0.0.0/8.
    [InlineData("linked from 10.1.1.1", "10.2.2.2", true)]
    [InlineData("linked from 10.1.1.1", "::ffff:10.2.2.2", true)]
    [InlineData("linked from 10.1.1.1", "8.8.8.8", true)]
    [InlineData("linked from 10.1.1.1", "192.168.0.1", false)]
    [InlineData("linked from 10.1.1.1", "172.16.0.1", false)]
    [InlineData("linked from 10.1.1.1", "fd00::1", false)]
    [InlineData("linked from 10.1.1.1", "127.0.0.1", false)]
    [InlineData("linked from 10.1.1.1", "169.254.169.254", false)]
    [InlineData("linked from fd00::5", "fd99::1", true)]
    [InlineData("linked from fd00::5", "10.0.0.1", false)]
    // Those of a registry of this machine.
    [InlineData("linked from 127.0.0.1", "127.0.0.2", true)]
    [InlineData("linked from 127.0.0.1", "::1", true)]
    [InlineData("linked from 127.0.0.1", "10.0.0.1", false)]
    [InlineData("linked from 127.0.0.1", "169.254.169.254", false)]
    [InlineData("linked in a cluster from 127.0.0.1", "127.0.0.2", false)]
    public void Judge_Address_IsAllowedByWhatLeadsThere(string by, string address, bool isAllowed)
    {
        var policy = new OutboundPolicy(new OutboundOptions { AllowsOwnLoopback = !by.Contains("in a cluster", StringComparison.Ordinal) });
        var from = by.Split(" from ") is [_, var registry] ? SpecialAddresses.RangeOf(IPAddress.Parse(registry)) : null;
        var destination = by.StartsWith("own", StringComparison.Ordinal) ? Destination.Own : new Destination(IsOwn: false, from);

        var refusal = policy.Judge("registry.acme.com", IPAddress.Parse(address), 443, destination);

        (refusal is null).ShouldBe(isAllowed, refusal);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "127.0.0.1", 5000, true)]
    [InlineData("169.254.169.254", "169.254.169.254", 80, true)]
    [InlineData("169.254.169.254:80", "169.254.169.254", 81, false)]
    [InlineData("registry.acme.com", "10.0.0.1", 443, true)]
    [InlineData("registry.acme.com:443", "10.0.0.1", 444, false)]
    public void Judge_AddressOnTheList_IsAllowedWhateverLeadsThere(string entry, string address, int port, bool isAllowed)
    {
        var policy = new OutboundPolicy(new OutboundOptions { Allow = [AllowedDestination.TryParse(entry)!] });

        (policy.Judge("registry.acme.com", IPAddress.Parse(address), port, new Destination(false, null)) is null).ShouldBe(isAllowed);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1", 8080, "", false)]
    [InlineData("0.0.0.0", "10.7.7.7", 8080, "", false)]
    [InlineData("0.0.0.0", "::ffff:10.7.7.7", 8080, "", false)]
    [InlineData("0.0.0.0", "10.7.7.7", 8081, "", true)]
    [InlineData("0.0.0.0", "10.8.8.8", 8080, "", true)]
    [InlineData("::", "10.7.7.7", 8080, "", false)]
    [InlineData("127.0.0.1", "127.0.0.1", 8080, "", false)]
    [InlineData("127.0.0.1", "127.0.0.2", 8080, "", true)]
    [InlineData("0.0.0.0", "127.0.0.1", 8080, "127.0.0.0/8", false)]
    [InlineData("0.0.0.0", "127.0.0.1", 8080, "127.0.0.1:8080", true)]
    public void Judge_OperatorsOwnListener_IsRefusedUnlessNamedWithItsPort(string listener, string address, int port, string allow, bool isAllowed)
    {
        var policy = new OutboundPolicy(new OutboundOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Parse(listener), 8080)],
            Allow = allow.Length == 0 ? [] : [AllowedDestination.TryParse(allow)!],
        })
        { LocalAddresses = () => [IPAddress.Parse("10.7.7.7")] };

        (policy.Judge("registry.acme.com", IPAddress.Parse(address), port, Destination.Own) is null).ShouldBe(isAllowed);
    }

    [Fact]
    public async Task AllowedAddressesAsync_SomeRefused_AreThoseThatAreAllowed()
    {
        var policy = Resolving("127.0.0.1", "8.8.8.8", "::ffff:169.254.169.254");

        (await policy.AllowedAddressesAsync("cdn.acme.com", 443, new Destination(false, null), None)).ShouldBe([IPAddress.Parse("8.8.8.8")]);
    }

    [Fact]
    public async Task AllowedAddressesAsync_AllRefused_SaysWhichAddressWhyAndWhatAllowsIt()
    {
        var policy = Resolving("169.254.169.254");

        var refusal = await policy.AllowedAddressesAsync("cdn.acme.com", 443, new Destination(false, null), None).ShouldThrowAsync<OutboundRefusedException>();

        refusal.Message.ShouldBe(
            "the operator does not connect to cdn.acme.com:443: 169.254.169.254 is in the cloud metadata range 169.254.169.254/32");
        refusal.Advice.ShouldContain("Network:Allow=cdn.acme.com:443");
    }

    [Theory]
    [InlineData("https://registry.acme.com", false)]
    [InlineData("http://registry.acme.com", false)]
    [InlineData("oci-layout:///folder", true)]
    public async Task CheckRegistryAsync_OneOfTheAddressesRefused_IsRefusedForATool(string url, bool isAllowed)
    {
        var check = Resolving("8.8.8.8", "169.254.169.254").CheckRegistryAsync(new Uri(url), None);

        if (isAllowed)
        {
            await check;
            return;
        }

        var error = await check.ShouldThrowAsync<RegistryException>();
        error.Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        error.Message.ShouldStartWith($"registry {url}: the operator does not connect to registry.acme.com");
    }

    [Theory]
    [InlineData("registry.acme.com", true)]
    [InlineData("localhost", false)]
    [InlineData("LOCALHOST.", false)]
    [InlineData("a.localhost", false)]
    [InlineData("metadata.google.internal", false)]
    public async Task JudgeAllAsync_NameThatOnlyTheProxyKnows_IsJudgedAsAName(string host, bool isAllowed)
    {
        var policy = new OutboundPolicy(new OutboundOptions()) { Resolve = (_, _) => throw new SocketException((int)SocketError.HostNotFound) };
        var judge = policy.JudgeAllAsync(host, 443, Destination.Own, None);

        if (isAllowed) (await judge).ShouldBeEmpty();
        else await judge.ShouldThrowAsync<OutboundRefusedException>();
    }

    [Fact]
    public async Task JudgeAllAsync_SameHost_IsResolvedOnceAMinute()
    {
        var asked = new List<string>();
        var clock = new FakeTimeProvider();
        var policy = new OutboundPolicy(new OutboundOptions())
        {
            Time = clock,
            Resolve = (host, _) =>
            {
                asked.Add(host);
                return host == "unknown.acme.com"
                    ? throw new SocketException((int)SocketError.HostNotFound)
                    : Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "inside.acme.com" ? "169.254.169.254" : "8.8.8.8")]);
            },
        };
        for (var i = 0; i < 3; i++) await AskAsync();
        asked.ShouldBe(["registry.acme.com", "unknown.acme.com", "inside.acme.com"]);

        clock.Advance(TimeSpan.FromMinutes(1));
        await AskAsync();
        asked.Count.ShouldBe(6);

        async Task AskAsync()
        {
            (await policy.JudgeAllAsync("registry.acme.com", 443, Destination.Own, None)).ShouldHaveSingleItem();
            (await policy.JudgeAllAsync("unknown.acme.com", 443, Destination.Own, None)).ShouldBeEmpty();
            await policy.JudgeAllAsync("inside.acme.com", 443, Destination.Own, None).ShouldThrowAsync<OutboundRefusedException>();
        }
    }

    [Fact]
    public async Task AllowedAddressesAsync_ResolverThatDoesNotAnswer_IsLeftAfterFiveSeconds()
    {
        var clock = new FakeTimeProvider();
        var policy = new OutboundPolicy(new OutboundOptions()) { Time = clock, Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task };
        var asking = policy.AllowedAddressesAsync("registry.acme.com", 443, Destination.Own, None);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        asking.IsCompleted.ShouldBeFalse();

        clock.Advance(TimeSpan.FromSeconds(0.1));

        await asking.ShouldThrowAsync<SocketException>();
    }

    [Fact]
    public async Task AllowedAddressesAsync_CallerIsCancelled_IsHisCancellation()
    {
        using var stop = new CancellationTokenSource();
        var policy = new OutboundPolicy(new OutboundOptions()) { Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task };
        var asking = policy.AllowedAddressesAsync("registry.acme.com", 443, Destination.Own, stop.Token);

        await stop.CancelAsync();

        (await asking.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(stop.Token);
    }

    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0:443: 0.0.0.0 is in the unspecified range 0.0.0.0/8")]
    [InlineData("::", "[::]:443: :: is in the unspecified range ::/128")]
    public async Task AnyCheck_UnspecifiedAddress_IsRefusedInThePolicysWords(string host, string expected)
    {
        (await OutboundPolicy.Default.AllowedAddressesAsync(host, 443, Destination.Own, None).ShouldThrowAsync<OutboundRefusedException>())
            .Message.ShouldEndWith(expected);
        (await OutboundPolicy.Default.JudgeAllAsync(host, 443, Destination.Own, None).ShouldThrowAsync<OutboundRefusedException>())
            .Message.ShouldEndWith(expected);
    }

    private static OutboundPolicy Resolving(params string[] addresses) =>
        new(new OutboundOptions()) { Resolve = (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()) };
}
