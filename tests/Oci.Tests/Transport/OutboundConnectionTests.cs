using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class OutboundConnectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TransportSecurity SkipVerify = new(InsecureSkipVerify: true);

    [Fact]
    public async Task Request_LoopbackInACluster_IsRefusedWithoutAConnection()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider(options: With(new OutboundOptions { AllowsOwnLoopback = false }));

        var error = await provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        error.Message.ShouldContain($"the operator does not connect to {server.Url.Authority}: 127.0.0.1 is in the loopback range 127.0.0.0/8");
        error.Advice.ShouldNotBeNull().ShouldContain($"Network:Allow={server.Url.Authority}");
        server.Connections.ShouldBe(0);
    }

    // On a person's machine, a registry of it may lead to another one, and to a token server, but to nothing else there.
    [Theory]
    [InlineData("redirect", "/", false)]
    [InlineData("redirect", "/latest/meta-data", false)]
    [InlineData("redirect", "/v2", false)]
    [InlineData("redirect", "/x/../v2x/", false)]
    [InlineData("redirect", "/v2/a/b/manifests/latest", true)]
    [InlineData("realm", "/token", true)]
    public async Task Request_AnswerLeadsToAnotherPortOfLoopback_IsRefusedUnlessItIsARegistrysOrAllowed(string by, string path, bool isAllowed)
    {
        await using var other = await FaultServer.StartAsync(context =>
            context.Request.Path == "/token" ? Answers.JsonAsync(context, """{"token":"good"}""") : Answers.ManifestAsync(context));
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization == "Bearer good") return Answers.ManifestAsync(context);
            var target = other.Url.AbsoluteUri.TrimEnd('/') + path;
            if (by == "realm") return Answers.RefuseAsync(context, $"Bearer realm=\"{target}\"");
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });
        using var strict = TestClient.Provider();
        using var allowing = TestClient.Provider(options: With(new OutboundOptions { Allow = [AllowedDestination.TryParse(other.Url.Authority)!] }));
        var request = strict.For(server.Url).GetManifestAsync("latest", None);

        if (isAllowed)
        {
            (await request).Digest.ShouldBe(Answers.ManifestDigest);
            return;
        }

        var error = await request.ShouldFailAsync();
        error.Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        error.Message.ShouldContain(other.Url.Authority);
        other.Connections.ShouldBe(0);

        (await allowing.For(server.Url).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task Request_NameOfRefusedAddress_IsRefusedAfterResolution()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        var policy = new OutboundPolicy(new OutboundOptions { AllowsOwnLoopback = false })
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("::ffff:127.0.0.1")]),
        };
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { Outbound = policy });

        var error = await provider.For(new Uri($"http://registry.acme.com:{server.Url.Port}")).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Request_BehindAProxy_IsJudgedByItsUrlAndTheProxyIsNot()
    {
        await using var proxy = await FaultServer.StartAsync(context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/moved", StringComparison.Ordinal)) return Answers.ManifestAsync(context);
            context.Response.Redirect("http://169.254.169.254/latest");
            return Task.CompletedTask;
        });
        var policy = new OutboundPolicy(new OutboundOptions { AllowsOwnLoopback = false })
        {
            Resolve = (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "registry.acme.com" ? "8.8.8.8" : host)]),
        };
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { Outbound = policy, Proxy = new WebProxy(proxy.Url) });
        var client = provider.For(new Uri("http://registry.acme.com"));

        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
        (await client.GetManifestAsync("moved", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        (await provider.For(new Uri("http://10.0.0.1")).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
        (await provider.For(new Uri("http://169.254.169.254")).GetManifestAsync("latest", None).ShouldFailAsync())
            .Kind.ShouldBe(RegistryErrorKind.DestinationRefused);

        proxy.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redirect_ToAnotherOrigin_IsVerifiedByTheSystemAlone(bool skipsVerification)
    {
        using var certificate = CreateCertificate();
        await using var other = await FaultServer.StartAsync(Answers.ManifestAsync, certificate);
        await using var server = await FaultServer.StartAsync(
            context =>
            {
                context.Response.Redirect($"https://localhost:{other.Url.Port}/");
                return Task.CompletedTask;
            },
            certificate);
        using var provider = TestClient.Provider(options: TestClient.Linked);
        var security = skipsVerification ? SkipVerify : new TransportSecurity(CertificateAuthorities: certificate.ExportCertificatePem());

        var error = await provider.For(new Uri($"https://localhost:{server.Url.Port}"), security: security).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TlsFailure);
        error.Advice.ShouldNotBeNull().ShouldContain("for the registry's own URL alone");
        server.Requests.ShouldNotBeEmpty();
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Learnt_OverAnUnverifiedConnection_DecidesNothingForVerifiedOnes()
    {
        using var certificate = CreateCertificate();
        var refuses = true;
        await using var server = await FaultServer.StartAsync(
            context => refuses && context.Request.QueryString.HasValue
                ? Answers.ErrorAsync(context, 400, "PAGINATION_NUMBER_INVALID", "n")
                : Answers.JsonAsync(context, """{"tags":["1"]}"""),
            certificate);
        using var provider = TestClient.Provider();
        var url = new Uri($"https://localhost:{server.Url.Port}");
        var verified = new TransportSecurity(CertificateAuthorities: certificate.ExportCertificatePem());

        await provider.For(url, security: SkipVerify).ListTagsAsync(None).ToListAsync();
        refuses = false;
        await provider.For(url, security: SkipVerify).ListTagsAsync(None).ToListAsync();
        await provider.For(url, security: verified).ListTagsAsync(None).ToListAsync();

        server.Requests.ShouldBe(["GET /v2/a/b/tags/list?n=1000", "GET /v2/a/b/tags/list", "GET /v2/a/b/tags/list", "GET /v2/a/b/tags/list?n=1000"]);
    }

    [Fact]
    public async Task TagPages_SameMarkForAnotherUser_AreNotHis()
    {
        var conditions = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            conditions.Add(context.Request.Headers.IfNoneMatch.ToString());
            context.Response.Headers.ETag = "\"revision\"";
            return Answers.JsonAsync(context, """{"tags":["1"]}""");
        });
        using var provider = TestClient.Provider();

        foreach (var user in new[] { "alice", "bob", "alice" })
            await provider.For(server.Url, new RegistryCredential.UsernamePassword(user, "password")).ListTagsAsync(None).ToListAsync();

        conditions.ShouldBe(["", "", "\"revision\""]);
    }

    [Theory]
    [InlineData("""{"token":"ey.J-h_b~G+c/i=="}""", true)]
    [InlineData("""{"access_token":"good","token_type":"bearer"}""", true)]
    [InlineData("""{"token":"good","token_type":"mac"}""", false)]
    [InlineData("""{"token":"two words"}""", false)]
    [InlineData("""{"token":"db-password: hunter2"}""", false)]
    [InlineData("""{"token":"{\"a\":1}"}""", false)]
    [InlineData("""{"token":"=="}""", false)]
    [InlineData("""{"secret":"good"}""", false)]
    public async Task TokenServer_Answer_IsSentToTheRegistryOnlyWithTheFormOfAToken(string answer, bool isSent)
    {
        var authorizations = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return Answers.JsonAsync(context, answer);
            if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, Answers.TokenChallenge(context));
            authorizations.Add(context.Request.Headers.Authorization.ToString());
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isSent) await request;
        else (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);

        authorizations.Count.ShouldBe(isSent ? 1 : 0);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.9.9.9", true)]
    [InlineData("10.0.0.1", "192.168.0.1", false)]
    [InlineData("10.0.0.1", "8.8.8.8", false)]
    [InlineData("8.8.8.8", "10.0.0.1", false)]
    [InlineData("8.8.8.8", "8.8.4.4", false)]
    [InlineData("127.0.0.1", "127.0.0.2", true)]
    [InlineData("127.0.0.1", "10.0.0.1", false)]
    [InlineData("169.254.1.1", "169.254.1.1", false)]
    public void SiteRange_Connections_IsTheirsOnlyWhereAllEndedThere(string first, string second, bool isOne)
    {
        var location = new RegistryLocation();
        location.SiteRange.ShouldBeNull();

        location.Observe(SpecialAddresses.RangeOf(IPAddress.Parse(first)));
        location.Observe(SpecialAddresses.RangeOf(IPAddress.Parse(second)));

        (location.SiteRange is not null).ShouldBe(isOne);
        // Once mixed, always mixed.
        location.Observe(SpecialAddresses.RangeOf(IPAddress.Parse(second)));
        (location.SiteRange is not null).ShouldBe(isOne);
    }

    private static OciClientOptions With(OutboundOptions outbound) => OciClientOptions.Default with { Outbound = new OutboundPolicy(outbound) };

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
