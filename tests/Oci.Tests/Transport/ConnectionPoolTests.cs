using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ConnectionPoolTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TransportSecurity Replaced = new(InsecureSkipVerify: true);
    private static readonly OciClientOptions Options = OciClientOptions.Default with
    {
        MaximumConnectionPools = 3,
        ConnectionPoolIdleTime = TimeSpan.FromMinutes(10),
    };
    private readonly FakeTimeProvider _clock = new();
    private readonly RegistryMeter _meter;
    private readonly ConnectionPools _pools;

    public ConnectionPoolTests()
    {
        _meter = new RegistryMeter(_clock);
        _pools = new ConnectionPools(Options, _meter, _clock);
    }

    public void Dispose()
    {
        _pools.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Get_KeyAsBefore_IsTheSamePoolAndElseAnother()
    {
        var pool = Get("a");

        Get("a").ShouldBeSameAs(pool);
        Get("b").ShouldNotBeSameAs(pool);
        _pools.Get(new ConnectionPoolKey("https://a", Replaced)).ShouldNotBeSameAs(pool);
        _pools.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public void Get_AnotherPoolIdleForSoLong_IsClosed(int seconds, bool isKept)
    {
        var idle = Get("idle");
        idle.TryEnter().ShouldBeTrue();
        _clock.Advance(TimeSpan.FromHours(1));
        idle.Leave();
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        Get("other");

        idle.TryEnter().ShouldBe(isKept);
        _pools.Count.ShouldBe(isKept ? 2 : 1);
    }

    [Fact]
    public void Get_AsManyPoolsAsAllowed_ClosesTheLongestIdleAndNoMore()
    {
        var names = new[] { "b", "a", "c" };
        foreach (var name in names)
        {
            Get(name);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The oldest, but used last.
        Get("b").TryEnter();
        Get("b").Leave();
        var (a, b, c) = (Get("a"), Get("b"), Get("c"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Get("d");

        a.TryEnter().ShouldBeFalse();
        b.TryEnter().ShouldBeTrue();
        c.TryEnter().ShouldBeTrue();
        _pools.Count.ShouldBe(3);
    }

    [Fact]
    public void Get_AllPoolsInUse_ClosesNone()
    {
        string[] names = ["a", "b", "c"];
        foreach (var name in names) Get(name).TryEnter();
        _clock.Advance(TimeSpan.FromHours(1));

        Get("d");

        _pools.Count.ShouldBe(4);
        Get("a").IdleTime().ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void TryClose_PoolInUse_WaitsForItsLastUser()
    {
        var pool = Get("a");
        pool.TryEnter();
        pool.TryEnter();
        pool.Leave();
        pool.TryClose().ShouldBeFalse();
        pool.Leave();

        pool.TryClose().ShouldBeTrue();

        // However often it is asked for: closed is closed.
        for (var i = 0; i < 3; i++) pool.TryEnter().ShouldBeFalse();
        pool.TryClose().ShouldBeFalse();
    }

    [Fact]
    public void IdleTime_PoolNeverUsed_CountsFromItsMaking()
    {
        var pool = Get("a");
        _clock.Advance(TimeSpan.FromSeconds(7));

        pool.IdleTime().ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void Enter_PoolClosedMeanwhile_TakesTheNewOneFromThenOn()
    {
        var source = new ConnectionSource(_pools, Key("a"));
        var old = source.Enter();
        old.Leave();
        _clock.Advance(TimeSpan.FromHours(1));
        Get("b");

        var replaced = source.Enter();

        replaced.ShouldNotBeSameAs(old);
        source.Enter().ShouldBeSameAs(replaced);
        Get("a").ShouldBeSameAs(replaced);
    }

    [Fact]
    public void Get_AfterDisposal_IsRefused()
    {
        _pools.Dispose();

        Should.Throw<ObjectDisposedException>(() => Get("a"));
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("missing")]
    [InlineData("broken")]
    [InlineData("blob")]
    [InlineData("token")]
    [InlineData("no token")]
    public async Task CreateClient_AnotherRegistry_ConnectionsOfAnIdleOneEndAfterItsLastExchange(string what)
    {
        await using var server = await FaultServer.StartAsync(context => what switch
        {
            "missing" => Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "unknown"),
            "broken" => Answers.JsonAsync(context, "no JSON"),
            "token" or "no token" when context.Request.Path == "/token" => Answers.JsonAsync(context, """{"token":"t"}""", what == "token" ? 200 : 403),
            "token" or "no token" when context.Request.Headers.Authorization.Count == 0 => Answers.RefuseAsync(context, Answers.TokenChallenge(context)),
            _ => Answers.ManifestAsync(context),
        });
        using var provider = TestClient.Provider(_clock, Options);
        var client = provider.For(server.Url, RegistryCredential.Anonymous, TestClient.PatientWithoutRetries);
        if (what is "missing" or "broken" or "no token")
        {
            await client.GetManifestAsync("latest", None).ShouldFailAsync();
        }
        else if (what != "blob")
        {
            await client.GetManifestAsync("latest", None);
        }
        else
        {
            await using var stream = await client.OpenBlobAsync(new() { Digest = Answers.ManifestDigest }, None);
            await stream.CopyToAsync(Stream.Null, None);
        }

        server.OpenConnections.ShouldBeGreaterThan(0);
        _clock.Advance(TimeSpan.FromMinutes(10));
        provider.For(new Uri("https://another.example"));

        await Wait.UntilAsync(() => server.OpenConnections == 0);
    }

    private ConnectionPool Get(string name) => _pools.Get(Key(name));

    private static ConnectionPoolKey Key(string name) => new("https://" + name, TransportSecurity.Default);
}
