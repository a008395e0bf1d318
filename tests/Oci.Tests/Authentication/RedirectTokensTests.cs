using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Authentication;

/// <summary>Gateways that redirect to another registry, which wants a token also for what is public.</summary>
public sealed class RedirectTokensTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryCredential Bob = new RegistryCredential.UsernamePassword("bob", "s3cret-of-bob");

    [Theory]
    [InlineData(301, false)]
    [InlineData(302, false)]
    [InlineData(307, false)]
    [InlineData(308, false)]
    [InlineData(307, true)]
    public async Task Redirect_TargetWantsAToken_IsGivenOneForAnybodyAndNoCredentials(int status, bool hasCredentials)
    {
        var seen = new List<string>();
        await using var target = await FaultServer.StartAsync(context =>
        {
            seen.Add($"{context.Request.Path} {context.Request.Headers.Authorization}".TrimEnd());
            return context.Request.Path == "/token"
                ? Answers.JsonAsync(context, """{"token":"anybody"}""")
                : Answers.ManifestForAsync(context, "Bearer anybody");
        });
        await using var gateway = await FaultServer.StartAsync(context =>
        {
            if (hasCredentials && context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(target.Url, context.Request.Path).AbsoluteUri;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();
        var client = provider.For(gateway.Url, hasCredentials ? Bob : null);

        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
        // The token serves the requests after it.
        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);

        seen.ShouldBe(
            ["/v2/a/b/manifests/latest", "/token", "/v2/a/b/manifests/latest Bearer anybody", "/v2/a/b/manifests/latest Bearer anybody"]);
    }

    [Fact]
    public async Task Redirect_TargetRefusesItsOwnToken_EndsWithItsStatus()
    {
        await using var target = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, """{"token":"anybody"}""")
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();

        var error = await provider.For(gateway.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unauthorized);
        target.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Redirect_SeveralRequestsAreRefusedWithoutAToken_ShareOne()
    {
        const int Requests = 8;
        var isTokenGiven = new TaskCompletionSource();
        var asked = 0;
        await using var target = await FaultServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/token")
            {
                await Answers.JsonAsync(context, """{"token":"anybody"}""");
                return;
            }

            // The others are refused when the first has its token.
            if (context.Request.Headers.Authorization.Count > 0) isTokenGiven.TrySetResult();
            else if (Interlocked.Increment(ref asked) > 1) await isTokenGiven.Task;
            await Answers.ManifestForAsync(context, "Bearer anybody");
        });
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();
        var client = provider.For(gateway.Url);

        await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => client.GetManifestAsync("latest", None))).SoonAsync();

        target.Requests.Count(request => request.Contains("/token", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Redirect_TokenIsRefusedLater_IsReplacedOnce()
    {
        var valid = 1;
        var fetched = 0;
        await using var target = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, $$"""{"token":"anybody-{{Interlocked.Increment(ref fetched)}}"}""")
            : Answers.ManifestForAsync(context, $"Bearer anybody-{Volatile.Read(ref valid)}"));
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();
        var client = provider.For(gateway.Url);
        await client.GetManifestAsync("latest", None);

        Volatile.Write(ref valid, 2);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetManifestAsync("latest", None))).SoonAsync();

        fetched.ShouldBe(2);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Redirect_TargetsTokenServerGivesNoneToAnybody_EndsWithTheTargetsStatusAndTriesNoOtherCredential(int status)
    {
        await using var target = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, """{"message":"db-password=hunter2"}""", status)
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();
        var alice = new RegistryCredential.UsernamePassword("alice", "s3cret-of-alice");

        var error = await provider.For(gateway.Url, Bob with { Alternatives = [alice] }).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("to which the registry redirects, answered with status 401 (Unauthorized)");
        error.Message.ShouldNotContain("bob");
        error.ToString().ShouldNotContain("hunter2");
        gateway.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, RegistryErrorKind.RateLimited)]
    [InlineData(500, RegistryErrorKind.ServerError)]
    public async Task Redirect_TargetsTokenServerFails_IsNotQuoted(int status, RegistryErrorKind kind)
    {
        await using var target = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, """{"message":"db-password=hunter2","error":"E-hunter2"}""", status)
            : Answers.RefuseAsync(context, Answers.TokenChallenge(context)));
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();

        var error = await provider.For(gateway.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(kind);
        error.ToString().ShouldNotContain("hunter2", Case.Insensitive);
        error.Code.ShouldBeNull();
    }

    [Fact]
    public async Task Challenge_OfTheGatewayItselfForTheTargetsTokens_IsAnsweredFirst()
    {
        await using var target = await FaultServer.StartAsync(context => context.Request.Path == "/token"
            ? Answers.JsonAsync(context, """{"token":"anybody"}""")
            : Answers.ManifestForAsync(context, "Bearer anybody"));
        await using var gateway = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, $"Bearer realm=\"{target.Url}token\",service=\"s\"");
            context.Response.Redirect(new Uri(target.Url, context.Request.Path).AbsoluteUri);
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        (await provider.For(gateway.Url).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Theory]
    // Its own words may be those of an internal service, which whoever runs the registry would see; a code of the specification can't be.
    [InlineData("""{"message":"db-password=hunter2","error":"E-hunter2"}""", null)]
    [InlineData("""{"errors":[{"code":"DENIED","message":"hunter2"}]}""", "DENIED")]
    [InlineData("""{"errors":[{"code":"HUNTER2","message":"hunter2"}]}""", null)]
    public async Task Redirect_TargetFails_IsNotQuoted(string body, string? code)
    {
        await using var target = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body, StatusCodes.Status403Forbidden));
        await using var gateway = await RedirectAsync(target);
        using var provider = TestClient.Provider();

        var error = await provider.For(gateway.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("to which the registry redirects, answered with status 403 (Forbidden)");
        error.ToString().ShouldNotContain("hunter2", Case.Insensitive);
        error.Code.ShouldBe(code);
    }

    private static Task<FaultServer> RedirectAsync(FaultServer target) => FaultServer.StartAsync(context =>
    {
        context.Response.Redirect(new Uri(target.Url, context.Request.Path).AbsoluteUri);
        return Task.CompletedTask;
    });
}
