using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Authentication;

/// <summary>What is asked of a token server, and what its answers mean.</summary>
public sealed class TokenClientTests
{
    private const int Limit = 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryCredential Bob = new RegistryCredential.UsernamePassword("bob", "s3cret");

    [Theory]
    [InlineData(Limit, true, true)]
    [InlineData(Limit, false, true)]
    [InlineData(Limit + 1, true, false)]
    [InlineData(Limit + 1, false, false)]
    [InlineData(2 * Limit, false, false)]
    public async Task Answer_OfThisSize_IsReadUpToALimit(int size, bool isAnnounced, bool isAccepted)
    {
        const string Start = "{\"token\":\"good\",\"padding\":\"";
        var body = Encoding.ASCII.GetBytes(Start + new string('x', size - Start.Length - 2) + "\"}");
        await using var server = await RegistryAsync(context =>
            isAnnounced ? Answers.BytesAsync(context, body, "application/json") : context.Response.Body.WriteAsync(body).AsTask());
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isAccepted) await request;
        else (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("""{"token":"good"}""", true)]
    [InlineData("""{"access_token":"good"}""", true)]
    [InlineData("""{"token":"","access_token":"good"}""", true)]
    [InlineData("""{"token":"good","access_token":"bad"}""", true)]
    [InlineData("""{"token":"good","expires_in":"300","issued_at":"yesterday"}""", true)]
    [InlineData("""{"token":"good","expires_in":null,"issued_at":null}""", true)]
    [InlineData("""{"token":"good","expires_in":1e400}""", true)]
    [InlineData("""{"token":"good","expires_in":-1e300,"issued_at":"9999-12-31T23:59:59Z"}""", true)]
    [InlineData("""{"token":"good","issued_at":1457510670}""", true)]
    [InlineData("""{"token":"good","issued_at":{"at":[1]},"expires_in":[300],"token_type":null}""", true)]
    [InlineData("""{"token":"good","expires_in":""}""", true)]
    [InlineData("""{"token":"good","expires_in":"5m"}""", true)]
    [InlineData("""{"token":"good","expires_in":"NaN"}""", true)]
    [InlineData("""{"token":"good","expires_in":"Infinity"}""", true)]
    [InlineData("""{"token":"good","expires_in":true}""", true)]
    [InlineData("""{"token":"good","access_token":{},"refresh_token":{"a":[]}}""", true)]
    [InlineData("""{"token":17,"access_token":"good"}""", true)]
    [InlineData("""{"token":"good","expires_in":"\ud800","issued_at":"\udc00","access_token":"\ud800"}""", true)]
    [InlineData("{}", false)]
    [InlineData("""{"token":17}""", false)]
    [InlineData("null", false)]
    [InlineData("""{"token":"","access_token":""}""", false)]
    [InlineData("""{"token":"two words"}""", false)]
    [InlineData("""{"token":"line\r\nbreak"}""", false)]
    [InlineData("""{"token":"naïve"}""", false)]
    [InlineData("""{"token":"\ud800"}""", false)]
    [InlineData("""{"token":"good","\udc00":1}""", false)]
    [InlineData("<html>", false)]
    [InlineData("", false)]
    public async Task Answer_OfThisForm_HoldsATokenOrIsInvalid(string body, bool isAccepted)
    {
        await using var server = await RegistryAsync(context => Answers.JsonAsync(context, body));
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isAccepted)
        {
            await request;
            return;
        }

        var error = await request.ShouldFailAsync();
        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain("token server 127.0.0.1: ");
    }

    [Theory]
    [InlineData(300, RegistryErrorKind.InvalidResponse, 1)]
    [InlineData(400, RegistryErrorKind.Unauthorized, 1)]
    [InlineData(401, RegistryErrorKind.Unauthorized, 1)]
    [InlineData(403, RegistryErrorKind.Unauthorized, 1)]
    [InlineData(404, RegistryErrorKind.InvalidResponse, 1)]
    [InlineData(405, RegistryErrorKind.InvalidResponse, 1)]
    [InlineData(302, RegistryErrorKind.InvalidResponse, 1)]
    [InlineData(418, RegistryErrorKind.InvalidResponse, 1)]
    [InlineData(429, RegistryErrorKind.RateLimited, 3)]
    [InlineData(500, RegistryErrorKind.ServerError, 3)]
    [InlineData(503, RegistryErrorKind.ServerError, 3)]
    public async Task Answer_WithThisStatus_IsToldAndRetriedWhereItMayPass(int status, RegistryErrorKind expected, int expectedAsks)
    {
        await using var server = await RegistryAsync(context => Answers.ErrorAsync(context, status, "CODE", "why"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, retry: new RegistryRetryOptions(TimeSpan.FromSeconds(30), 2, TimeSpan.FromMilliseconds(1)))
            .GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(expected);
        error.StatusCode.ShouldBe((HttpStatusCode)status);
        error.Code.ShouldBe("CODE");
        error.Message.ShouldContain("token server 127.0.0.1: ");
        error.Message.ShouldEndWith("(CODE: why)");
        error.Url.ShouldBe(new Uri(server.Url, "/token"));
        (error.Advice is not null).ShouldBe(expected == RegistryErrorKind.Unauthorized);
        Asks(server).Count.ShouldBe(expectedAsks);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(203)]
    public async Task Answer_OfSuccess_HoldsTheToken(int status)
    {
        await using var server = await RegistryAsync(context => Answers.JsonAsync(context, """{"token":"good"}""", status));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Answer_RedirectsWithinItsOrigin_IsFollowedWithTheCredentials(int status)
    {
        var seen = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (!context.Request.Path.StartsWithSegments("/token", StringComparison.Ordinal)) return Answers.ManifestForAsync(context, "Bearer good");
            seen.Add(context.Request.Headers.Authorization.ToString());
            if (context.Request.Path == "/token/2") return Answers.JsonAsync(context, """{"token":"good"}""");
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/token/2" + context.Request.QueryString;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);

        seen.ShouldBe(["Basic Ym9iOnMzY3JldA==", "Basic Ym9iOnMzY3JldA=="]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_RedirectsToAnotherOrigin_IsFollowedWithoutTheCredentials(bool isForm)
    {
        var seen = new List<string>();
        await using var other = await FaultServer.StartAsync(async context =>
        {
            seen.Add(context.Request.Headers.Authorization + await new StreamReader(context.Request.Body).ReadToEndAsync());
            await Answers.JsonAsync(context, """{"token":"good"}""");
        });
        await using var server = await RegistryAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = new Uri(other.Url, "/token").AbsoluteUri;
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url, isForm ? new RegistryCredential.IdentityToken("s3cret") : Bob).GetManifestAsync("latest", None);

        if (isForm) await request.ShouldFailAsync();
        else await request;

        seen.ShouldBe(isForm ? [] : [""]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(500)]
    public async Task Answer_RedirectsToAStrangerThatFails_NamesThatOneWithoutItsWordsAndBlamesNoCredentials(int status)
    {
        await using var stranger = await FaultServer.StartAsync(context => Answers.JsonAsync(context, """{"message":"db-password=hunter2"}""", status));
        await using var server = await RegistryAsync(context =>
        {
            context.Response.Redirect($"http://localhost:{stranger.Url.Port}/elsewhere");
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain($"token server localhost: ");
        error.Message.ShouldContain($"with status {status}");
        error.Message.ShouldNotContain("bob");
        error.ToString().ShouldNotContain("hunter2");
        error.Url.ShouldBe(new Uri($"http://localhost:{stranger.Url.Port}/elsewhere"));
    }

    [Theory]
    [InlineData("""{"message":"db-password=hunter2","error":"E-hunter2"}""", null)]
    [InlineData("""{"errors":[{"code":"DENIED","message":"hunter2"}]}""", "DENIED")]
    public async Task Answer_OfAStrangerThatTheChallengeNames_IsNotQuoted(string body, string? code)
    {
        await using var stranger = await FaultServer.StartAsync(context => Answers.JsonAsync(context, body, 403));
        await using var server = await FaultServer.StartAsync(context =>
            Answers.RefuseAsync(context, $"Bearer realm=\"http://localhost:{stranger.Url.Port}/token\""));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Message.ShouldContain("token server localhost: answered with status 403");
        error.ToString().ShouldNotContain("hunter2", Case.Insensitive);
        error.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Answer_RedirectsWithoutEnd_IsInvalid()
    {
        await using var server = await RegistryAsync(context =>
        {
            context.Response.Redirect("/token");
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.InvalidResponse);

        Asks(server).Count.ShouldBe(6);
    }

    [Fact]
    public async Task Answer_Throttled_TellsForHowLongWithinTheBound()
    {
        var clock = new StepClock();
        await using var server = await RegistryAsync(context =>
        {
            context.Response.Headers.RetryAfter = "86400";
            return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "slow down");
        });
        using var provider = TestClient.Provider(clock);

        var error = await provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None).ShouldFailAsync();

        error.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        Asks(server).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("realm=\"http://{0}/token\",service=\"s\",scope=\"repository:a/b:pull\"", "GET /token?service=s&scope=repository%3Aa%2Fb%3Apull")]
    [InlineData("realm=\"http://{0}/token?account=x\",service=\"s\"", "GET /token?account=x&service=s&scope=repository%3Aa%2Fb%3Apull")]
    [InlineData("realm=\"http://{0}/token\"", "GET /token?scope=repository%3Aa%2Fb%3Apull")]
    [InlineData("realm=\"http://{0}/token\",service=\"\",scope=\"\"", "GET /token?scope=repository%3Aa%2Fb%3Apull")]
    [InlineData("realm=\"http://{0}/token\",service=\"a b&c\",scope=\"x:y:z  q\"", "GET /token?service=a%20b%26c&scope=x%3Ay%3Az&scope=q")]
    [InlineData("realm=\"http://{0}/token#part\",service=\"s\"", "GET /token?service=s&scope=repository%3Aa%2Fb%3Apull")]
    public async Task Ask_ChallengeOfThisForm_NamesServiceAndScopes(string challenge, string expected)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request switch
        {
            { Path.Value: "/token" } => Answers.JsonAsync(context, """{"token":"good"}"""),
            { Headers.Authorization.Count: 0 } =>
                Answers.RefuseAsync(context, "Bearer " + challenge.Replace("{0}", context.Request.Host.ToString(), StringComparison.Ordinal)),
            _ => Answers.ManifestAsync(context),
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url).GetManifestAsync("latest", None);

        Asks(server).ShouldBe([expected]);
    }

    [Theory]
    [InlineData(true, "Basic Ym9iOnMzY3JldA==")]
    [InlineData(false, "")]
    public async Task Ask_WithCredentials_ShowsThemToTheTokenServerAndNotInTheUrl(bool hasCredentials, string expected)
    {
        string? authorization = null;
        await using var server = await RegistryAsync(context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return Answers.JsonAsync(context, """{"token":"good"}""");
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, hasCredentials ? Bob : null).GetManifestAsync("latest", None);

        authorization.ShouldBe(expected);
        Asks(server).ShouldAllBe(ask => !ask.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, true, 2)]
    [InlineData(405, true, 2)]
    [InlineData(401, true, 1)]
    [InlineData(400, true, 1)]
    [InlineData(404, false, 1)]
    public async Task Ask_GetIsUnknown_IsRepeatedAsPostWithAPasswordOnly(int status, bool hasCredentials, int expectedAsks)
    {
        string? form = null;
        await using var server = await RegistryAsync(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method)) form = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await (form is null ? Answers.JsonAsync(context, "{}", status) : Answers.JsonAsync(context, """{"access_token":"good"}"""));
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url, hasCredentials ? Bob : null).GetManifestAsync("latest", None);

        if (expectedAsks == 1) await request.ShouldFailAsync();
        else await request;

        form.ShouldBe(expectedAsks == 1
            ? null
            : "grant_type=password&username=bob&password=s3cret&service=s&scope=repository%3Aa%2Fb%3Apull&client_id=registry-operator");
        Asks(server).Count.ShouldBe(expectedAsks);
    }

    [Fact]
    public async Task Answer_NeverComes_IsATimeoutOfTheTokenServer()
    {
        var clock = new FakeTimeProvider();
        var hanging = new TaskCompletionSource();
        await using var server = await RegistryAsync(context =>
        {
            hanging.TrySetResult();
            return Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(clock);
        var request = provider.For(server.Url).GetManifestAsync("latest", None);
        await hanging.Task;

        clock.Advance(TimeSpan.FromSeconds(30));

        (await request.ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TimedOut);
    }

    [Fact]
    public async Task Ask_OneCallerCancels_GoesOnForTheOthers()
    {
        var asked = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var server = await RegistryAsync(async context =>
        {
            asked.TrySetResult();
            await release.Task;
            await Answers.JsonAsync(context, """{"token":"good"}""");
        });
        using var provider = TestClient.Provider();
        using var cancellation = new CancellationTokenSource();
        var client = provider.For(server.Url);
        var first = client.GetManifestAsync("latest", cancellation.Token);
        await asked.Task;
        var second = client.GetManifestAsync("latest", None);
        await Wait.UntilAsync(() => server.Requests.Count == 3);

        await cancellation.CancelAsync();
        await first.ShouldThrowAsync<OperationCanceledException>();
        release.SetResult();

        (await second).Digest.ShouldBe(Answers.ManifestDigest);
        // Whether it joined before the first one left can't be seen here; TokenCacheTests tell what happens then.
        Asks(server).Count.ShouldBeInRange(1, 2);
    }

    private static Task<FaultServer> RegistryAsync(RequestDelegate tokens) => FaultServer.StartAsync(context =>
    {
        if (context.Request.Path == "/token") return tokens(context);
        return Answers.ManifestForAsync(context, "Bearer good");
    });

    private static List<string> Asks(FaultServer server) => [.. server.Requests.Where(request => request.Contains("/token", StringComparison.Ordinal))];
}
