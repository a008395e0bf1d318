using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Servers.Tests.Registries;

public sealed class TokenServerTests
{
    private const string Repository = "shop/api";

    private static readonly TokenServerOptions Options = new()
    {
        Users = new Dictionary<string, string> { ["alice"] = "s3cret" },
        AnonymousPull = true,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bearer_DockerRegistry_AcceptsItsTokens()
    {
        await using var tokens = await TokenServer.StartAsync(Options, Stop);
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Bearer(tokens) }, Stop);
        using var pusher = registry.CreatePusher();
        using var http = new HttpClient { BaseAddress = registry.Url };

        await pusher.PushAsync(Repository, "1.0.0", new ImageBuilder().Build(), Stop);
        using var refused = await http.GetAsync($"/v2/{Repository}/tags/list", Stop);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.CreateToken("alice", $"repository:{Repository}:pull"));
        using var accepted = await http.GetAsync($"/v2/{Repository}/tags/list", Stop);

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.Single().Parameter.ShouldNotBeNull().ShouldContain($"scope=\"repository:{Repository}:pull\"");
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK);
        tokens.Requests.ShouldContain(request => request.User == "alice" && request.Scopes.Contains($"repository:{Repository}:pull,push,delete"));
    }

    [Fact]
    public async Task Get_WrongPassword_IsRefusedAndRecorded()
    {
        await using var tokens = await TokenServer.StartAsync(Options, Stop);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("alice:wrong"u8));

        using var answer = await http.GetAsync(new Uri(tokens.Realm, "?service=test-registry"), Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        tokens.Requests.Single().Status.ShouldBe(401);
    }

    [Fact]
    public async Task Post_PasswordThenRefreshToken_GivesTokens()
    {
        await using var tokens = await TokenServer.StartAsync(Options, Stop);

        var first = await PostAsync(tokens,
            new() { ["grant_type"] = "password", ["username"] = "alice", ["password"] = "s3cret", ["access_type"] = "offline" });
        var refresh = first.GetProperty("refresh_token").GetString()!;
        var second = await PostAsync(tokens, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh });

        second.GetProperty("access_token").GetString().ShouldNotBeNullOrEmpty();
        second.GetProperty("expires_in").GetInt32().ShouldBe(300);
        tokens.Requests.Select(request => (request.Method, request.GrantType, request.User))
            .ShouldBe([("POST", "password", "alice"), ("POST", "refresh_token", "alice")]);
    }

    private static async Task<JsonElement> PostAsync(TokenServer tokens, Dictionary<string, string> form)
    {
        using var http = new HttpClient();
        form["service"] = "test-registry";
        form["scope"] = $"repository:{Repository}:pull";
        using var answer = await http.PostAsync(tokens.Realm, new FormUrlEncodedContent(form), Stop);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
