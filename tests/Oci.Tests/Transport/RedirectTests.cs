using System.Net;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class RedirectTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryCredential Bob = new RegistryCredential.UsernamePassword("bob", "pw");

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(302, true)]
    [InlineData(303, true)]
    [InlineData(304, false)]
    [InlineData(305, false)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    [InlineData(200, false)]
    [InlineData(201, false)]
    public void IsRedirect_Status_IsOneThatNamesAnotherPlace(int status, bool expected) => Redirects.IsRedirect((HttpStatusCode)status).ShouldBe(expected);

    [Theory]
    [InlineData("https://r.example/v2/x", "https://storage.example/blob?sig=1", "https://storage.example/blob?sig=1")]
    [InlineData("https://r.example/v2/x", "/elsewhere", "https://r.example/elsewhere")]
    [InlineData("https://r.example/v2/x", "y", "https://r.example/v2/y")]
    [InlineData("https://r.example/v2/x", "//storage.example/y", "https://storage.example/y")]
    [InlineData("http://r.example/v2/x", "https://storage.example/y", "https://storage.example/y")]
    [InlineData("http://r.example/v2/x", "http://storage.example/y", "http://storage.example/y")]
    [InlineData("https://r.example/v2/x", "http://r.example/v2/x", null)]
    [InlineData("https://r.example/v2/x", "ftp://r.example/v2/x", null)]
    [InlineData("https://r.example/v2/x", "file:///etc/passwd", null)]
    [InlineData("https://r.example/v2/x", "data:,x", null)]
    [InlineData("https://r.example/v2/x", "https://", null)]
    [InlineData("https://r.example/v2/x", null, null)]
    public void Next_Location_IsFollowedByWebSchemesAndNeverToLessSecurity(string current, string? location, string? expected)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Found);
        if (location is not null) response.Headers.TryAddWithoutValidation("Location", location);

        if (expected is null) Should.Throw<RedirectException>(() => Redirects.Next(response, new Uri(current))).Message.ShouldContain("r.example redirects");
        else Redirects.Next(response, new Uri(current)).AbsoluteUri.ShouldBe(expected);
    }

    [Theory]
    [InlineData("https://r.example", "https://r.example/x", true)]
    [InlineData("https://r.example", "https://R.EXAMPLE:443/x", true)]
    [InlineData("https://r.example", "http://r.example/x", false)]
    [InlineData("https://r.example", "http://r.example:443/x", false)]
    [InlineData("https://r.example", "https://r.example:5000/x", false)]
    [InlineData("https://r.example", "https://cdn.r.example/x", false)]
    [InlineData("https://r.example", "https://r.example.evil/x", false)]
    [InlineData("http://r.example:5000", "http://r.example:5000/x", true)]
    [InlineData("http://r.example:5000", "http://r.example/x", false)]
    public void Owns_Url_IsTheRegistrysOwnByItsOrigin(string registry, string url, bool expected)
    {
        var host = new RegistryHost(new Uri(registry), OciClientOptions.Default, TimeProvider.System);

        host.Owns(new Uri(url)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Request_SoManyRedirects_IsFollowedFiveTimes(int redirects, bool isAnswered)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            _ = int.TryParse(context.Request.Query["hop"], out var hop);
            if (hop == redirects) return Answers.ManifestAsync(context);
            context.Response.Redirect($"{context.Request.Path}?hop={hop + 1}");
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();
        var request = provider.For(server.Url).GetManifestAsync("latest", None);

        if (isAnswered) (await request).Digest.ShouldBe(Answers.ManifestDigest);
        else (await request.ShouldFailAsync()).Message.ShouldContain("more than 5 redirects");

        server.Requests.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Request_RedirectedWithinTheRegistry_KeepsItsCredentialsMethodAndAccept()
    {
        var seen = new List<string>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            var headers = context.Request.Headers;
            seen.Add($"{context.Request.Method} {context.Request.Path} {headers.Authorization.ToString()[..5]} {headers.Accept.ToString().Length > 100}");
            if (context.Request.Path == "/moved") return Answers.ManifestAsync(context);
            context.Response.Redirect("/moved");
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, Bob).ResolveAsync("latest", None);

        seen.ShouldBe(["HEAD /v2/a/b/manifests/latest Basic True", "HEAD /moved Basic True"]);
    }

    [Fact]
    public async Task Request_ChallengedBehindARedirect_IsAnsweredFromTheStart()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path != "/moved") context.Response.Redirect("/moved");
            else if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            else return Answers.ManifestAsync(context);
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider();

        await provider.For(server.Url, Bob).GetManifestAsync("latest", None);

        // A redirect may be good for one use, as signed ones are.
        server.Requests.ShouldBe(["GET /v2/a/b/manifests/latest", "GET /moved", "GET /v2/a/b/manifests/latest", "GET /moved"]);
    }

    [Fact]
    public async Task Request_RedirectedAwayAndBack_ShowsCredentialsToTheRegistryAlone()
    {
        var seen = new List<string>();
        FaultServer registry = null!;
        await using var other = await FaultServer.StartAsync(context =>
        {
            seen.Add("other:" + context.Request.Headers.Authorization);
            context.Response.Redirect(new Uri(registry.Url, "/back").AbsoluteUri);
            return Task.CompletedTask;
        });
        await using (registry = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0) return Answers.RefuseAsync(context, "Basic realm=\"x\"");
            seen.Add("registry:" + context.Request.Path);
            if (context.Request.Path == "/back") return Answers.ManifestAsync(context);
            context.Response.Redirect(new Uri(other.Url, "/away").AbsoluteUri);
            return Task.CompletedTask;
        }))
        {
            using var provider = TestClient.Provider(options: TestClient.Linked);

            await provider.For(registry.Url, Bob).GetManifestAsync("latest", None);
        }

        seen.ShouldBe(["registry:/v2/a/b/manifests/latest", "other:", "registry:/back"]);
    }

    [Fact]
    public async Task Request_StorageChallenges_IsNotAnsweredWithTheCredentials()
    {
        var authorizations = new List<string>();
        await using var storage = await FaultServer.StartAsync(context =>
        {
            authorizations.Add(context.Request.Headers.Authorization.ToString());
            return Answers.RefuseAsync(context, "Basic realm=\"x\"");
        });
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Redirect(storage.Url.AbsoluteUri);
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider(options: TestClient.Linked);

        var error = await provider.For(server.Url, Bob).GetManifestAsync("latest", None).ShouldFailAsync();

        authorizations.ShouldBe([""]);
        error.Message.ShouldContain("to which the registry redirects, answered with status 401 (Unauthorized)");
        error.Advice.ShouldBeNull();
    }
}
