using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Certificates;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Servers.Tests.Registries;

public sealed class DockerRegistryTests
{
    private const string Repository = "shop/api";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_PushedImages_AreListedAndLogged()
    {
        await using var registry = await DockerRegistry.StartAsync(Stop);
        using var pusher = registry.CreatePusher();
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        await pusher.PushAsync(Repository, [new("1.0.0", image), new("1.1.0", new IndexBuilder().WithImage(image).Build())], Stop);
        await registry.Log.ClearAsync(Stop);

        var tags = await http.GetFromJsonAsync<JsonElement>($"/v2/{Repository}/tags/list", Stop);

        tags.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["1.0.0", "1.1.0"], ignoreOrder: true);
        (await registry.Log.ReadAsync(Stop)).Select(request => request.ToString()).ShouldBe([$"GET /v2/{Repository}/tags/list -> 200"]);
    }

    [Fact]
    public async Task Open_ArtifactWithSubject_IsFoundByTheFallbackTag()
    {
        await using var registry = await DockerRegistry.StartAsync(Stop);
        using var pusher = registry.CreatePusher();
        using var http = new HttpClient { BaseAddress = registry.Url };
        http.DefaultRequestHeaders.Accept.ParseAdd(MediaTypes.OciIndex);
        var image = new ImageBuilder().Build();
        var artifact = new ArtifactBuilder().WithType("application/example").WithFile("text/plain", "a").WithSubject(image.Descriptor).Build();

        await pusher.PushAsync(Repository, "1.0.0", image, Stop);
        await pusher.PushAsync(Repository, tag: null, artifact, Stop);

        var fallback = OciDocument.ReadIndex(await http.GetByteArrayAsync($"/v2/{Repository}/manifests/sha256-{image.Digest.Encoded}", Stop));
        fallback.Manifests!.Single().Digest.ShouldBe(artifact.Digest);
    }

    [Fact]
    public async Task Basic_User_MustSayWhoHeIs()
    {
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Basic("alice", "s3cret") }, Stop);
        using var pusher = registry.CreatePusher();
        using var http = new HttpClient { BaseAddress = registry.Url };

        await pusher.PushAsync(Repository, "1.0.0", new ImageBuilder().Build(), Stop);
        using var anonymous = await http.GetAsync($"/v2/{Repository}/tags/list", Stop);

        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        anonymous.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
    }

    [Fact]
    public async Task Tls_OwnAuthority_IsTrustedByWhoKnowsIt()
    {
        using var authority = new TestAuthority();
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Authority = authority }, Stop);
        using var pusher = registry.CreatePusher();
        using var stranger = new HttpClient { BaseAddress = registry.Url };

        await pusher.PushAsync(Repository, "1.0.0", new ImageBuilder().Build(), Stop);

        registry.Url.Scheme.ShouldBe("https");
        await Should.ThrowAsync<HttpRequestException>(() => stranger.GetAsync("/v2/", Stop));
    }

    [Fact]
    public async Task Open_ImageOfTheKit_IsValidForOtherClients()
    {
        await using var registry = await DockerRegistry.StartAsync(Stop);
        using var pusher = registry.CreatePusher();
        var image = new ImageBuilder().WithLayer(new LayerFile("etc/os-release", "ID=debian\n")).WithEntrypoint("/app").Build();
        await pusher.PushAsync(Repository, "1.0.0", image, Stop);

        using var oras = RegistryTool.Oras();
        var fetched = await oras.RunAsync(["manifest", "fetch", "--plain-http", $"{registry.Url.Authority}/{Repository}:1.0.0"], Stop);
        fetched.Output.ShouldBe(System.Text.Encoding.UTF8.GetString(image.Content.Span));

        Assert.SkipUnless(RegistryTool.HasCrane, "crane is not installed");
        using var crane = RegistryTool.Crane();
        // Checks the manifest, the configuration, every layer and the digests inside.
        await crane.RunAsync(["validate", "--insecure", "--remote", $"{registry.Url.Authority}/{Repository}:1.0.0"], Stop);
    }
}
