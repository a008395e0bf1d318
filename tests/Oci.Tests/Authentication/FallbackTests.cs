using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Authentication;

/// <summary>What is tried where the first way to authenticate fails: Basic after a token, the next credential after the first.</summary>
public sealed class FallbackTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryCredential.UsernamePassword Bob = new("bob", "s3cret-of-bob");
    private static readonly RegistryCredential.UsernamePassword Old = new("old", "s3cret-of-old");
    private static readonly RegistryCredential.UsernamePassword Older = new("older", "s3cret-of-older");

    [Theory]
    // Basic is offered beside it.
    [InlineData(401, "{}", true, true)]
    [InlineData(403, "{}", true, true)]
    [InlineData(404, "{}", true, true)]
    [InlineData(429, "{}", true, true)]
    [InlineData(500, "{}", true, true)]
    [InlineData(200, "{}", true, true)]
    [InlineData(200, "<html>", true, true)]
    [InlineData(200, """{"token":"weak"}""", true, true)]
    // It is not, and the token server is on the registry's own host.
    [InlineData(401, "{}", false, true)]
    [InlineData(404, "{}", false, true)]
    [InlineData(500, "{}", false, true)]
    [InlineData(200, """{"token":"weak"}""", false, false)]
    public async Task Basic_NoTokenOrOneThatIsNotEnough_IsTriedInItsPlace(int status, string answer, bool isOffered, bool isRead)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token") return Answers.JsonAsync(context, answer, status);
            if (context.Request.Headers.Authorization == BasicOf(Bob)) return Answers.ManifestAsync(context);
            return Answers.RefuseAsync(context, Answers.TokenChallenge(context) + (isOffered ? ", Basic realm=\"x\"" : ""));
        });
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url, Bob);
        var request = client.GetManifestAsync("latest", None);

        if (!isRead)
        {
            (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.Unauthorized);
            return;
        }

        (await request).Digest.ShouldBe(Answers.ManifestDigest);
        // What was found to be taken is what the next request begins with.
        var before = server.Requests.Count;
        await client.GetManifestAsync("latest", None);
        server.Requests.Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Basic_AskedForAfterAWeakToken_IsSent()
    {
        await using var server = await FaultServer.StartAsync(context => context.Request switch
        {
            { Path.Value: "/token" } => Answers.JsonAsync(context, """{"token":"weak"}"""),
            var request when request.Headers.Authorization == "Bearer weak" => Answers.RefuseAsync(context, "Basic realm=\"harbor\""),
            var request when request.Headers.Authorization == BasicOf(Bob) => Answers.ManifestAsync(context),
            _ => Answers.RefuseAsync(context, Answers.TokenChallenge(context)),
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, Bob).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    public async Task Basic_RefusedInPlaceOfAToken_LeavesTheTokenServersWordsForTheUser(int status)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.ErrorAsync(context, status, "CODE", "said by the token server")
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("token server 127.0.0.1: ");
        error.Message.ShouldContain("said by the token server");
    }

    [Fact]
    public async Task Basic_TokenServerOnAnotherHostFails_IsNotSentWhereItIsNotOffered()
    {
        var sent = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            sent.Add(context.Request.Headers.Authorization.ToString());
            return Answers.RefuseAsync(context, $"Bearer realm=\"https://localhost:1/token\"");
        });
        using var provider = TestClient.Provider(options: TestClient.Linked);

        await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        sent.ShouldBe([""]);
    }

    [Theory]
    [InlineData("basic", 401)]
    [InlineData("basic", 403)]
    [InlineData("token", 401)]
    [InlineData("token", 403)]
    [InlineData("token", 400)]
    public async Task Alternatives_FirstRefused_AreTriedInTheirOrderAndKept(string by, int status)
    {
        var users = new List<string>();
        await using var server = await AlternativesServerAsync(by, status, users);
        using var provider = TestClient.Provider();
        var several = Old with { Alternatives = [Older, Bob] };

        for (var client = 0; client < 2; client++)
        {
            var opened = provider.For(server.Url, several);
            (await opened.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
            (await provider.For(server.Url, several).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
            // Tools are given the one that was taken.
            ((IChosenCredential)opened).ChosenCredential.ShouldBe(Bob);
        }

        // Those that were refused are not shown again: a registry may lock them out.
        users.Distinct().ShouldBe(["old", "older", "bob"]);
        users.Count(user => user == "old").ShouldBeLessThanOrEqualTo(2);
        users.Count(user => user == "older").ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("token")]
    public async Task Alternatives_AllRefused_AreToldWithoutASecret(string by)
    {
        var users = new List<string>();
        await using var server = await AlternativesServerAsync(by, 401, users);
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Old with { Alternatives = [Older] }).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        error.Message.ShouldContain("the credentials of user 'old' and 1 more for it are refused");
        error.ToString().ShouldNotContain("s3cret");
        users.Distinct().ShouldBe(["old", "older"]);
    }

    [Fact]
    public async Task Alternatives_RepositoryHiddenFromTheFirst_IsReadWithTheNext()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            var sent = context.Request.Headers.Authorization.ToString();
            if (sent.Length == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            return sent == BasicOf(Bob) ? Answers.JsonAsync(context, """{"tags":["1"]}""") : Answers.ErrorAsync(context, 404, "NAME_UNKNOWN", "unknown");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, Old with { Alternatives = [Bob] }).ListTagsAsync(None).ToListAsync()).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Alternatives_ServerFails_AreNotTried()
    {
        var users = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (UserOf(context.Request.Headers.Authorization.ToString()) is not { } user) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            users.Add(user);
            return Answers.ErrorAsync(context, 500, "UNKNOWN", "why");
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, Old with { Alternatives = [Bob] }).GetManifestAsync("latest", None).ShouldFailAsync())
            .Kind.ShouldBe(RegistryErrorKind.ServerError);

        users.ShouldBe(["old"]);
    }

    [Theory]
    [InlineData(403, "Your authorization token has expired. Reauthenticate and try again.")]
    [InlineData(401, "token Expired")]
    public async Task Credentials_ToldToHaveExpired_AreSaidToHaveEvenWhereThatWordIsMasked(int status, string message)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Headers.Authorization.Count == 0
            ? Answers.RefuseAsync(context, "Basic realm=\"x\"")
            : Answers.ErrorAsync(context, status, "DENIED", message));
        using var provider = TestClient.Provider();

        var client = provider.For(server.Url, new RegistryCredential.UsernamePassword("AWS", "expired"));

        var error = await client.GetManifestAsync("latest", None).ShouldFailAsync();

        error.Advice.ShouldNotBeNull().ShouldContain("unexpired credentials");
    }

    private static Task<FaultServer> AlternativesServerAsync(string by, int status, List<string> users) => FaultServer.StartAsync(context =>
    {
        var sent = context.Request.Headers.Authorization.ToString();
        if (by == "token" && sent == "Bearer good") return Answers.ManifestAsync(context);
        var isAsked = by != "token" || context.Request.Path == "/token";
        if (!isAsked || UserOf(sent) is not { } user)
            return Answers.RefuseAsync(context, by == "token" ? Answers.TokenChallenge(context) : "Basic realm=\"x\"");
        users.Add(user);
        if (user != "bob") return Answers.ErrorAsync(context, status, "UNAUTHORIZED", "no");
        return by == "token" ? Answers.JsonAsync(context, """{"token":"good"}""") : Answers.ManifestAsync(context);
    });

    private static string? UserOf(string authorization) => authorization.StartsWith("Basic ", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..])).Split(':')[0]
        : null;

    private static string BasicOf(RegistryCredential.UsernamePassword user) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}"));
}
