using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
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
        await using var server = await FaultServer.StartAsync(context => Refuse(context, "Basic realm=\"x\""));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain(
            "the credentials of user 'bob' are refused for manifest 'latest' of repository 'a/b' (UNAUTHORIZED: authentication required)");
        error.ToString().ShouldNotContain("s3cret");
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Basic_NoCredentials_SaysThatNoneAreGiven()
    {
        await using var server = await FaultServer.StartAsync(context => Refuse(context, "Basic realm=\"x\""));
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
            return context.Request.Headers.Authorization == "Bearer " + accepted ? Answers.ManifestAsync(context) : Refuse(context, TokenChallenge(context));
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
            : Refuse(context, TokenChallenge(context)));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain("token server 127.0.0.1: the credentials of user 'bob' are refused for repository 'a/b' (incorrect username or password)");
    }

    [Fact]
    public async Task Bearer_RealmOnAnotherHostInPlainText_GetsNoRequest()
    {
        await using var server = await FaultServer.StartAsync(context => Refuse(context, "Bearer realm=\"http://attacker.example/token\",service=\"s\""));
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

            await (context.Request.Headers.Authorization == "Bearer good" ? Answers.ManifestAsync(context) : Refuse(context, TokenChallenge(context)));
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
            if (context.Request.Path != "/token")
                return context.Request.Headers.Authorization == "Bearer good" ? Answers.ManifestAsync(context) : Refuse(context, TokenChallenge(context));
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
            context.Request.Headers.Authorization == "Bearer direct" ? Answers.ManifestAsync(context) : Refuse(context, TokenChallenge(context)));
        using var provider = TestClient.Provider();

        await provider.For(server.Url, new RegistryCredential.RegistryToken("direct")).GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(1);

        var error = await provider.For(server.Url, new RegistryCredential.RegistryToken("old")).GetManifestAsync("latest", None).ShouldFailAsync();
        error.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        server.Requests.Count.ShouldBe(2);
    }

    private static Task<FaultServer> TokenRegistryAsync() => FaultServer.StartAsync(context =>
    {
        if (context.Request.Path == "/token")
        {
            return context.Request.Headers.Authorization == BobBasic
                ? Answers.JsonAsync(context, """{"token":"good","expires_in":300}""")
                : Answers.JsonAsync(context, "{}", 401);
        }

        return context.Request.Headers.Authorization == "Bearer good" ? Answers.ManifestAsync(context) : Refuse(context, TokenChallenge(context));
    });

    private static string TokenChallenge(HttpContext context) =>
        $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"s\",scope=\"repository:a/b:pull\"";

    private static Task Refuse(HttpContext context, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return Answers.ErrorAsync(context, 401, "UNAUTHORIZED", "authentication required");
    }
}
