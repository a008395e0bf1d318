using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Authentication;

public sealed class AuthorizerTests
{
    private static readonly RegistryCredential Bob = new RegistryCredential.UsernamePassword("bob", "s3cret");
    private static readonly string BobBasic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("bob:s3cret"));
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Basic_ManyRequests_CostOneChallengeForAllClientsOfTheHost()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization == BobBasic) return Answers.ManifestAsync(context);
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return Answers.ErrorAsync(context, 401, "UNAUTHORIZED", "authentication required");
        });
        using var provider = TestClient.Provider();

        for (var client = 0; client < 2; client++)
        {
            for (var request = 0; request < 5; request++) await provider.For(server.Url, Bob).GetManifestAsync("latest", None);
        }

        server.Requests.Count.ShouldBe(11);
    }

    [Fact]
    public async Task Basic_CredentialsRefused_NamesTheUserAndNoPassword()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.RefuseAsync(context, "Basic realm=\"x\""));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain(
            "the credentials of user 'bob' are refused for manifest 'latest' of repository 'a/b' (UNAUTHORIZED: authentication required)");
        error.ToString().ShouldNotContain("s3cret");
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Basic_KnownCredentialsNoLongerAccepted_AreNotSentTwice()
    {
        var isAccepted = true;
        await using var server = await FaultServer.StartAsync(context =>
            isAccepted && context.Request.Headers.Authorization == BobBasic
                ? Answers.ManifestAsync(context)
                : Answers.RefuseAsync(context, "Basic realm=\"x\""));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url, Bob);
        await client.GetManifestAsync("latest", None);
        isAccepted = false;

        (await client.GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.Unauthorized);

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Basic_NoCredentials_SaysThatNoneAreGiven()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.RefuseAsync(context, "Basic realm=\"x\""));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("needs credentials and none are given");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bearer_ManyRequestsAtOnce_CostOneTokenRequest()
    {
        await using var server = await TokenRegistryAsync();
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url, Bob);
        await client.GetManifestAsync("latest", None);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetManifestAsync("latest", None)));

        server.Requests.Count(request => request.Contains("/token", StringComparison.Ordinal)).ShouldBe(1);
        server.Requests.Count.ShouldBe(33);
        server.Requests.ShouldContain("GET /token?service=s&scope=repository%3Aa%2Fb%3Apull");
    }

    [Fact]
    public async Task Bearer_TokenNoLongerAccepted_IsReplacedOnce()
    {
        var accepted = "token-1";
        var issued = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token")
                return Answers.JsonAsync(context, $$"""{"token":"token-{{Interlocked.Increment(ref issued)}}","expires_in":300}""");
            return Answers.ManifestForAsync(context, "Bearer " + accepted);
        });
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);
        await client.GetManifestAsync("latest", None);

        accepted = "token-2";
        await client.GetManifestAsync("latest", None);

        issued.ShouldBe(2);
    }

    [Fact]
    public async Task Bearer_TokenServerRefusesTheUser_IsUnauthorized()
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, """{"details":"incorrect username or password"}""", 401)
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain("token server 127.0.0.1: the credentials of user 'bob' are refused for repository 'a/b' (incorrect username or password)");
    }

    [Fact]
    public async Task Bearer_RealmOnAnotherHostInPlainText_GetsNoCredentials()
    {
        await using var server = await FaultServer.StartAsync(
            context => Answers.RefuseAsync(context, "Bearer realm=\"http://attacker.example/token\",service=\"s\""));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("http://attacker.example, to which no credentials are sent because it is not https");
    }

    [Fact]
    public async Task Bearer_IdentityToken_IsPostedAsRefreshToken()
    {
        string? form = null;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/token")
            {
                form = await new StreamReader(context.Request.Body).ReadToEndAsync();
                await Answers.JsonAsync(context, """{"access_token":"good","expires_in":"300"}""");
                return;
            }

            await Answers.ManifestForAsync(context, "Bearer good");
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, new RegistryCredential.IdentityToken("refresh-me")).GetManifestAsync("latest", None);

        form.ShouldBe("grant_type=refresh_token&refresh_token=refresh-me&service=s&scope=repository%3Aa%2Fb%3Apull&client_id=registry-operator");
    }

    [Fact]
    public async Task Bearer_TokenServerKnowsOnlyPost_GetsThePasswordGrant()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != "/token") return Answers.ManifestForAsync(context, "Bearer good");
            return HttpMethods.IsPost(context.Request.Method)
                ? Answers.JsonAsync(context, """{"access_token":"good"}""")
                : Answers.JsonAsync(context, "{}", 405);
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, Bob).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task RegistryToken_IsSentAsItIsAndNotTwiceWhenRefused()
    {
        await using var server = await FaultServer.StartAsync(context =>
            Answers.ManifestForAsync(context, "Bearer direct"));
        using var provider = TestClient.Provider();

        await provider.For(server.Url, new RegistryCredential.RegistryToken("direct")).GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(1);

        var error = await provider.For(server.Url, new RegistryCredential.RegistryToken("old")).GetManifestAsync("latest", None).ShouldFailAsync();
        error.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task RegistryToken_WithSpacesAround_IsSentWithoutThem()
    {
        await using var server = await FaultServer.StartAsync(context =>
            Answers.ManifestForAsync(context, "Bearer direct"));
        using var provider = TestClient.Provider();

        await provider.For(server.Url, new RegistryCredential.RegistryToken(" direct\n")).GetManifestAsync("latest", None);

        server.Requests.Count.ShouldBe(1);
    }

    public enum Verdict
    {
        Asked,
        NotHttps,
        OtherDomain,
        Invalid,
    }

    [Theory]
    [InlineData("https://registry.acme.com", "https://registry.acme.com/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com", "https://registry.acme.com:8443/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com", "https://auth.acme.com/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com", "https://acme.com/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com", "https://auth.acme.net/token", Verdict.OtherDomain)]
    [InlineData("https://registry.acme.com", "https://acme.com.evil.net/token", Verdict.OtherDomain)]
    [InlineData("https://registry.acme.com", "https://evilacme.com/token", Verdict.OtherDomain)]
    [InlineData("https://registry.acme.com", "https://10.0.0.1:8443/token", Verdict.OtherDomain)]
    [InlineData("https://registry.acme.com", "http://127.0.0.1/token", Verdict.NotHttps)]
    // The registry's own host and port, behind a proxy that terminates TLS: asked over https.
    [InlineData("https://registry.acme.com", "http://registry.acme.com/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com:5000", "http://registry.acme.com:5000/token", Verdict.Asked)]
    [InlineData("https://registry.acme.com:5000", "http://registry.acme.com/token", Verdict.NotHttps)]
    [InlineData("https://registry.acme.com", "http://registry.acme.com:8080/token", Verdict.NotHttps)]
    [InlineData("https://registry.acme.com", "https://u:p@registry.acme.com/token", Verdict.Invalid)]
    [InlineData("http://registry.acme.com", "https://auth.acme.com/token", Verdict.Asked)]
    [InlineData("http://registry.acme.com", "http://REGISTRY.acme.com:8080/token", Verdict.Asked)]
    [InlineData("http://registry.acme.com", "http://registry.acme.com.evil.net/token", Verdict.NotHttps)]
    [InlineData("http://registry.acme.com", "http://auth.acme.com/token", Verdict.NotHttps)]
    [InlineData("http://registry.acme.com", "http://127.0.0.1/token", Verdict.NotHttps)]
    [InlineData("http://127.0.0.1:5000", "http://localhost:1/token", Verdict.NotHttps)]
    [InlineData("http://127.0.0.1:5000", "http://[::1]:1/token", Verdict.NotHttps)]
    [InlineData("http://registry.acme.com", "ftp://registry.acme.com/token", Verdict.Invalid)]
    [InlineData("http://registry.acme.com", "/token", Verdict.Invalid)]
    [InlineData("http://registry.acme.com", "file:///token", Verdict.Invalid)]
    [InlineData("http://registry.acme.com", "", Verdict.Invalid)]
    public async Task Bearer_Realm_GetsCredentialsOverTlsAndOfTheRegistrysDomain(string registry, string realm, Verdict verdict)
    {
        using var sandbox = new AuthorizerSandbox(new Uri(registry));

        var error = await sandbox.AnswerAsync(realm).ShouldFailAsync();

        // Trusted, it is asked, and nobody is there to answer.
        var isAsked = error.Kind is RegistryErrorKind.Unreachable or RegistryErrorKind.TimedOut or RegistryErrorKind.TlsFailure;
        isAsked.ShouldBe(verdict == Verdict.Asked, error.Message);
        if (verdict == Verdict.NotHttps) error.Message.ShouldContain("to which no credentials are sent because it is not https");
        if (verdict == Verdict.Invalid) error.Message.ShouldContain("the challenge names no valid token server");
        if (verdict != Verdict.OtherDomain) return;
        error.Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
        error.Advice.ShouldNotBeNull().ShouldContain($"Network:TokenServers={new Uri(registry).Host}={new Uri(realm).Host}");
    }

    [Fact]
    public async Task Bearer_RealmOfAnotherDomainThatIsAllowed_GetsCredentials()
    {
        var outbound = new OutboundOptions { TokenServers = [TokenServer.TryParse("registry.acme.com=auth.other.net").ShouldNotBeNull()] };
        using var sandbox = new AuthorizerSandbox(new Uri("https://registry.acme.com"), outbound: outbound);

        (await sandbox.AnswerAsync("https://auth.other.net/token").ShouldFailAsync()).Kind.ShouldNotBe(RegistryErrorKind.DestinationRefused);
        (await sandbox.AnswerAsync("https://auth2.other.net/token").ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DestinationRefused);
    }

    [Fact]
    public async Task Bearer_RealmOfAnotherDomainWithoutCredentials_IsAsked()
    {
        using var sandbox = new AuthorizerSandbox(new Uri("https://registry.acme.com"), RegistryCredential.Anonymous);

        (await sandbox.AnswerAsync("https://auth.other.net/token").ShouldFailAsync()).Kind.ShouldNotBe(RegistryErrorKind.DestinationRefused);
    }

    [Fact]
    public async Task Bearer_AnotherRepositoryOfTheHost_IsAskedWithATokenOfItsOwnAtOnce()
    {
        await using var server = await TokenRegistryAsync();
        using var provider = TestClient.Provider();
        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);

        await provider.For(server.Url, Bob, repository: "other").GetManifestAsync("latest", None);

        server.Requests.Skip(3).ShouldBe(["GET /token?service=s&scope=repository%3Aother%3Apull", "GET /v2/other/manifests/latest"]);
    }

    [Fact]
    public async Task Bearer_AnotherUserOfTheRepository_GetsNoTokenOfTheFirst()
    {
        await using var server = await TokenRegistryAsync();
        using var provider = TestClient.Provider();
        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);
        var known = server.Requests.Count;

        RegistryCredential[] others =
        [
            new RegistryCredential.UsernamePassword("bob", "wrong"),
            new RegistryCredential.UsernamePassword("eve", "s3cret"),
            RegistryCredential.Anonymous,
        ];
        foreach (var other in others)
        {
            var error = await provider.For(server.Url, other).GetManifestAsync("latest", None).ShouldFailAsync();
            error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        }

        // And the same user, with a new client, the one that is at hand.
        var before = server.Requests.Count;
        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(before + 1);
        before.ShouldBeGreaterThanOrEqualTo(known + others.Length);
    }

    [Fact]
    public async Task Bearer_NoTokenForARepositoryThatIsOpen_IsReadWithoutOne()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path.StartsWithSegments("/v2/open", StringComparison.Ordinal)) return Answers.ManifestAsync(context);
            if (context.Request.Path != "/token") return Answers.ManifestForAsync(context, "Bearer good");
            return context.Request.Query["scope"] == "repository:open:pull"
                ? Answers.JsonAsync(context, "{}", 401)
                : Answers.JsonAsync(context, """{"token":"good"}""");
        });
        using var provider = TestClient.Provider();
        await provider.For(server.Url).GetManifestAsync("latest", None);

        (await provider.For(server.Url, repository: "open").GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Theory]
    [InlineData(503, RegistryErrorKind.ServerError)]
    [InlineData(429, RegistryErrorKind.RateLimited)]
    public async Task Bearer_TokenServerFailsForTheNextRepository_IsNotTakenForAnOpenOne(int status, RegistryErrorKind expected)
    {
        var isUp = true;
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return isUp ? Answers.JsonAsync(context, """{"token":"good"}""") : Answers.JsonAsync(context, "{}", status);
            return Answers.ManifestForAsync(context, "Bearer good");
        });
        using var provider = TestClient.Provider();
        await provider.For(server.Url).GetManifestAsync("latest", None);
        isUp = false;

        (await provider.For(server.Url, repository: "other").GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Basic realm=\"x\", {0}", "Bearer good")]
    [InlineData("{0}, Basic realm=\"x\"", "Bearer good")]
    [InlineData("Bearer error=\"invalid_token\", Basic realm=\"x\"", "Basic Ym9iOnMzY3JldA==")]
    [InlineData("Negotiate, Basic", "Basic Ym9iOnMzY3JldA==")]
    [InlineData("Negotiate", null)]
    [InlineData("", null)]
    public async Task Challenges_Several_AreAnsweredByATokenWherePossibleAndElseByBasic(string challenges, string? expected)
    {
        var answers = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return Answers.JsonAsync(context, """{"token":"good"}""");
            if (context.Request.Headers.Authorization.Count == 0)
                return Answers.RefuseAsync(context, challenges.Replace("{0}", Answers.TokenChallenge(context), StringComparison.Ordinal));
            answers.Add(context.Request.Headers.Authorization.ToString());
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url, Bob).GetManifestAsync("latest", None);

        if (expected is null) (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        else await request;

        answers.ShouldBe(expected is null ? [] : [expected]);
    }

    [Fact]
    public async Task Challenge_InAHeaderOfItsOwn_IsFoundToo()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization == BobBasic) return Answers.ManifestAsync(context);
            context.Response.Headers.WWWAuthenticate = new(["Negotiate", "Basic realm=\"x\""]);
            return Answers.ErrorAsync(context, 401, "UNAUTHORIZED", "");
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);
    }

    [Fact]
    public async Task Challenge_RegistryChangesFromTokensToBasic_IsFollowed()
    {
        var challenge = "";
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return Answers.JsonAsync(context, """{"token":"good"}""");
            var accepted = challenge == "token" ? "Bearer good" : BobBasic;
            if (context.Request.Headers.Authorization == accepted) return Answers.ManifestAsync(context);
            return Answers.RefuseAsync(context, challenge == "token" ? Answers.TokenChallenge(context) : "Basic realm=\"x\"");
        });
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url, Bob);
        var costs = new List<int>();

        foreach (var now in new[] { "token", "token", "basic", "basic", "token", "token" })
        {
            challenge = now;
            var before = server.Requests.Count;
            await client.GetManifestAsync("latest", None);
            costs.Add(server.Requests.Count - before);
        }

        // Back at tokens, the first one is still at hand: it costs the challenge, and no request for another.
        costs.ShouldBe([3, 1, 2, 1, 2, 1]);
    }

    [Fact]
    public async Task Bearer_TokenDueForRefresh_IsReplacedWithoutAChallenge()
    {
        var clock = new FakeTimeProvider();
        await using var server = await TokenRegistryAsync();
        using var provider = TestClient.Provider(clock);
        var client = provider.For(server.Url, Bob, TestClient.PatientWithoutRetries);
        await client.GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(3);

        clock.Advance(TimeSpan.FromSeconds(269));
        await client.GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(4);
        clock.Advance(TimeSpan.FromSeconds(1));
        await client.GetManifestAsync("latest", None);

        server.Requests.Skip(4).ShouldBe(["GET /token?service=s&scope=repository%3Aa%2Fb%3Apull", "GET /v2/a/b/manifests/latest"]);
    }

    private static Task<FaultServer> TokenRegistryAsync() => FaultServer.StartAsync(context =>
    {
        if (context.Request.Path == "/token")
        {
            return context.Request.Headers.Authorization == BobBasic
                ? Answers.JsonAsync(context, """{"token":"good","expires_in":300}""")
                : Answers.JsonAsync(context, "{}", 401);
        }

        return Answers.ManifestForAsync(context, "Bearer good");
    });
}
