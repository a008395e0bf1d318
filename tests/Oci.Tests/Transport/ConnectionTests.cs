using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class ConnectionTests
{
    private const int Workers = 10;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TransportSecurity SkipVerify = new(InsecureSkipVerify: true);

    [Fact]
    public async Task Requests_TenWorkers_UseTenConnections()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path.Value!.EndsWith("/missing", StringComparison.Ordinal)
                ? Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "unknown")
                : Answers.ManifestAsync(context));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await client.ResolveAsync("latest", None);
                await client.GetManifestAsync("latest", None);
                await client.ResolveAsync("missing", None).ShouldFailAsync();
                await client.GetManifestAsync("missing", None).ShouldFailAsync();
            }
        }, None)));

        // What is missing by HEAD is asked for by GET, too.
        server.Requests.Count.ShouldBe(Workers * 250);
        server.Connections.ShouldBeLessThanOrEqualTo(Workers + 2);
    }

    [Fact]
    public async Task Requests_MoreThanTheBudget_AreNeverMoreAtATime()
    {
        var current = 0;
        var most = 0;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            var now = Interlocked.Increment(ref current);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref current);
            await Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 3 });

        // Several clients, one host, one budget.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => provider.For(server.Url).GetManifestAsync("latest", None)));

        most.ShouldBeLessThanOrEqualTo(3);
        server.Connections.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Request_Always_SaysWhoAsks()
    {
        string? userAgent = null;
        await using var server = await FaultServer.StartAsync(context =>
        {
            userAgent = context.Request.Headers.UserAgent;
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url).GetManifestAsync("latest", None);

        userAgent.ShouldStartWith("registry-operator/");
    }

    [Fact]
    public async Task Tls_CertificateOfAnUnknownAuthority_SaysWhichAndWhatToDo()
    {
        using var certificate = CreateCertificate("localhost");
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        using var provider = TestClient.Provider();

        var error = await provider.For(Localhost(server)).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TlsFailure);
        error.Message.ShouldContain("the certificate 'CN=localhost', issued by 'CN=localhost', is not trusted");
        error.Advice.ShouldNotBeNull().ShouldContain("insecureSkipVerify: true");
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task Tls_WrongAuthority_SaysThatNeitherTrustsIt()
    {
        using var certificate = CreateCertificate("localhost");
        using var other = CreateCertificate("localhost");
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        using var provider = TestClient.Provider();

        var error = await provider.For(Localhost(server), security: Trust(other)).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("neither by the system nor by the given certificate authorities");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_AuthorityGivenOrVerificationOff_Works(bool isAuthorityGiven)
    {
        using var certificate = CreateCertificate("localhost");
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        using var provider = TestClient.Provider();
        var security = isAuthorityGiven ? Trust(certificate) : SkipVerify;

        (await provider.For(Localhost(server), security: security).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task Tls_CertificateForAnotherName_SaysForWhich()
    {
        using var certificate = CreateCertificate("registry.example");
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        using var provider = TestClient.Provider();

        var error = await provider.For(Localhost(server), security: Trust(certificate)).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("the certificate is for 'registry.example', not for 'localhost'");
    }

    [Fact]
    public async Task Tls_RedirectToPlainHttp_IsRefused()
    {
        using var certificate = CreateCertificate("localhost");
        await using var server = await FaultServer.StartAsync(
            context =>
            {
                context.Response.Redirect("http://storage.example/blob");
                return Task.CompletedTask;
            },
            certificate);
        using var provider = TestClient.Provider();

        var error = await provider.For(Localhost(server), security: SkipVerify).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("redirects from https to plain http (storage.example), which is refused");
    }

    [Fact]
    public void CreateClient_AuthoritiesWithoutACertificate_IsAnInvalidRequest()
    {
        using var provider = TestClient.Provider();

        Should.Throw<RegistryException>(() => provider.For(new Uri("https://localhost"), security: new TransportSecurity(CertificateAuthorities: "nonsense")))
            .Kind.ShouldBe(RegistryErrorKind.InvalidRequest);
    }

    [Fact]
    public void ConnectionPools_IdleOnes_AreClosedAndReplacedOnUse()
    {
        var clock = new FakeTimeProvider();
        using var meter = new RegistryMeter(clock);
        using var pools = new ConnectionPools(OciClientOptions.Default with { MaximumConnectionPools = 2 }, meter, clock);
        var used = new ConnectionSource(pools, new ConnectionPoolKey("https://a", TransportSecurity.Default)).Enter();
        var idleSource = new ConnectionSource(pools, new ConnectionPoolKey("https://b", TransportSecurity.Default));
        var idle = idleSource.Enter();
        idle.Leave();
        clock.Advance(TimeSpan.FromSeconds(1));

        pools.Get(new ConnectionPoolKey("https://c", TransportSecurity.Default));

        pools.Count.ShouldBe(2);
        used.TryClose().ShouldBeFalse();
        idle.TryEnter().ShouldBeFalse();
        idleSource.Enter().ShouldNotBeSameAs(idle);
    }

    [Fact]
    public async Task Meter_Listening_CountsRequestsByHostMethodAndStatus()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var recorder = new MeterRecorder(server.Url.Authority);
        using var provider = TestClient.Provider();

        await provider.For(server.Url).ResolveAsync("latest", None);

        recorder.Requests.ShouldBe([$"host={server.Url.Authority} method=HEAD status=200"]);
    }

    [Fact]
    public async Task Request_Always_CarriesNoCookieNoEncodingAndNoTrace()
    {
        var headers = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            headers.AddRange(context.Request.Headers.Keys);
            context.Response.Headers.SetCookie = "session=1; Path=/";
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider();
        using var activity = new Activity("scan").Start();

        for (var i = 0; i < 2; i++) await provider.For(server.Url).GetManifestAsync("latest", None);

        headers.Distinct().Order(StringComparer.Ordinal).ShouldBe(["Accept", "Host", "User-Agent"]);
    }

    [Theory]
    [InlineData(true, "HTTP/2")]
    [InlineData(false, "HTTP/1.1")]
    public async Task Request_OverTls_IsHttp2WhereTheServerKnowsIt(bool isTls, string expected)
    {
        using var certificate = CreateCertificate("localhost");
        string? protocol = null;
        await using var server = await FaultServer.StartAsync(
            context =>
            {
                protocol = context.Request.Protocol;
                return Answers.ManifestAsync(context);
            },
            isTls ? certificate : null);
        using var provider = TestClient.Provider();

        await provider.For(isTls ? Localhost(server) : server.Url, security: SkipVerify).GetManifestAsync("latest", None);

        protocol.ShouldBe(expected);
    }

    [Fact]
    public async Task Meter_ServerHangsUp_CountsARequestWithoutAStatus()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var recorder = new MeterRecorder(server.Url.Authority);
        using var provider = TestClient.Provider();

        await provider.For(server.Url).ListTagsAsync(None).ToListAsync().ShouldFailAsync();

        recorder.Requests.ShouldNotBeEmpty();
        recorder.Requests.Distinct().ShouldBe([$"host={server.Url.Authority} method=GET status=none"]);
    }

    [Fact]
    public async Task Meter_AnswerAfterATime_RecordsItInSeconds()
    {
        var clock = new FakeTimeProvider();
        await using var server = await FaultServer.StartAsync(context =>
        {
            clock.Advance(TimeSpan.FromSeconds(7));
            return Answers.ManifestAsync(context);
        });
        using var recorder = new MeterRecorder(server.Url.Authority);
        using var provider = TestClient.Provider(clock);

        await provider.For(server.Url).GetManifestAsync("latest", None);

        recorder.Seconds.ShouldBe([7]);
    }

    private static TransportSecurity Trust(X509Certificate2 authority) => new(CertificateAuthorities: authority.ExportCertificatePem());

    private static Uri Localhost(FaultServer server) => new($"https://localhost:{server.Url.Port}");

    private static X509Certificate2 CreateCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var current = Volatile.Read(ref target);
        while (value > current && Interlocked.CompareExchange(ref target, value, current) is var seen && seen != current) current = seen;
    }
}
