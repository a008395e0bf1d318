using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Tests.Registries;

public sealed class InMemoryRegistryTests
{
    private const string Repository = "shop/api";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Manifest_AnswersExactBytesTypeAndDigest()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().WithFormat(ImageFormat.Docker).Build();
        registry.Add(Repository, "1.0.0", image);

        using var byTag = await http.GetAsync($"/v2/{Repository}/manifests/1.0.0", Stop);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v2/{Repository}/manifests/{image.Digest}"), Stop);

        (await byTag.Content.ReadAsByteArrayAsync(Stop)).ShouldBe(image.Content.ToArray());
        foreach (var answer in new[] { byTag, head })
        {
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(MediaTypes.DockerManifest);
            answer.Content.Headers.ContentLength.ShouldBe(image.Content.Length);
            answer.Headers.GetValues("Docker-Content-Digest").ShouldBe([image.Digest.ToString()]);
        }
    }

    [Theory]
    [InlineData("/v2/nowhere/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("/v2/nowhere/manifests/1.0.0", 404, "NAME_UNKNOWN")]
    [InlineData("/v2/shop/api/manifests/9.9.9", 404, "MANIFEST_UNKNOWN")]
    [InlineData("/v2/shop/api/blobs/sha256:aaaa", 400, "DIGEST_INVALID")]
    [InlineData("/v2/Shop/API/tags/list", 400, "NAME_INVALID")]
    [InlineData("/v2/shop/api/tags/list?n=many", 400, "PAGINATION_NUMBER_INVALID")]
    public async Task Get_WhatIsNotThere_AnswersErrorCode(string path, int status, string code)
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };
        registry.Add(Repository, "1.0.0", new ImageBuilder().Build());

        using var answer = await http.GetAsync(path, Stop);

        ((int)answer.StatusCode).ShouldBe(status);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        body.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Get_Tags_PagesByLink()
    {
        await using var registry = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { MaximumPageSize = 2 }, Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };
        foreach (var tag in new[] { "c", "a", "e", "b", "d" }) registry.Add(Repository, tag, new ImageBuilder().Build());

        var pages = new List<string>();
        var next = $"/v2/{Repository}/tags/list?n=1000";
        while (next is not null)
        {
            using var answer = await http.GetAsync(next, Stop);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            pages.Add(string.Join(',', body.GetProperty("tags").EnumerateArray()));
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        pages.ShouldBe(["a,b", "c,d", "e"]);
    }

    [Fact]
    public async Task Push_ImageIndexAndArtifact_CanBeReadBack()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var pusher = new RegistryPusher(registry.Url);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        var index = new IndexBuilder().WithImage(image).Build();
        var artifact = new ArtifactBuilder().WithType("application/example").WithSubject(index.Descriptor).Build();

        await pusher.PushAsync(Repository, "1.0.0", index, Stop);
        await pusher.PushAsync(Repository, tag: null, artifact, Stop);

        (await http.GetByteArrayAsync($"/v2/{Repository}/manifests/1.0.0", Stop)).ShouldBe(index.Content.ToArray());
        (await http.GetByteArrayAsync($"/v2/{Repository}/blobs/{image.Layers[0].Digest}", Stop)).ShouldBe(image.Layers[0].Content.ToArray());
        var referrers = OciDocument.ReadIndex(await http.GetByteArrayAsync($"/v2/{Repository}/referrers/{index.Digest}", Stop)).Manifests!;
        referrers.Single().Digest.ShouldBe(artifact.Digest);
        referrers.Single().ArtifactType.ShouldBe("application/example");
    }

    [Fact]
    public async Task Push_WithoutReferrersApi_KeepsTheFallbackTag()
    {
        await using var registry = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = false }, Stop);
        using var pusher = new RegistryPusher(registry.Url);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().Build();
        var artifacts = Enumerable.Range(0, 3)
            .Select(number => new ArtifactBuilder().WithType($"application/example{number}").WithSubject(image.Descriptor).Build())
            .ToArray();

        await pusher.PushAsync(Repository, "1.0.0", image, Stop);
        await Task.WhenAll(artifacts.Select(artifact => pusher.PushAsync(Repository, tag: null, artifact, Stop)));

        (await http.GetAsync($"/v2/{Repository}/referrers/{image.Digest}", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var fallback = OciDocument.ReadIndex(await http.GetByteArrayAsync($"/v2/{Repository}/manifests/sha256-{image.Digest.Encoded}", Stop));
        fallback.Manifests!.Select(entry => entry.Digest).ShouldBe(artifacts.Select(artifact => artifact.Digest), ignoreOrder: true);
    }

    [Fact]
    public async Task Push_ManifestWithoutItsBlobs_IsRefused()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var pusher = new RegistryPusher(registry.Url);
        var image = new ImageBuilder().Build();

        var error = await Should.ThrowAsync<HttpRequestException>(() =>
            pusher.PushAsync(Repository, "1.0.0", new TestManifest(image.MediaType, image.Content), Stop));

        error.Message.ShouldContain("MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Push_Chunks_AreJoined()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var digest = Digest.Compute("hello world"u8);

        using var start = await http.PostAsync($"/v2/{Repository}/blobs/uploads/", content: null, Stop);
        using var first = await http.PatchAsync(start.Headers.Location, new StringContent("hello "), Stop);
        using var second = await http.PatchAsync(first.Headers.Location, new StringContent("world"), Stop);
        using var finish = await http.PutAsync($"{second.Headers.Location}?digest={digest}", content: null, Stop);

        finish.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await http.GetStringAsync($"/v2/{Repository}/blobs/{digest}", Stop)).ShouldBe("hello world");
    }

    [Fact]
    public async Task Delete_Manifest_RemovesItsTags()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var pusher = new RegistryPusher(registry.Url);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().Build();
        registry.Add(Repository, [new("1.0.0", image), new("latest", image)]);

        await pusher.DeleteAsync(Repository, image.Digest, Stop);

        (await http.GetFromJsonAsync<JsonElement>($"/v2/{Repository}/tags/list", Stop)).GetProperty("tags").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task BasicAuthentication_WrongOrNoPassword_IsChallenged()
    {
        var user = new Abstractions.Authentication.RegistryCredential.UsernamePassword("alice", "s3cret");
        await using var registry = await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { User = user }, Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };

        using var anonymous = await http.GetAsync("/v2/", Stop);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("alice:wrong"u8));
        using var wrong = await http.GetAsync("/v2/", Stop);
        using var pusher = new RegistryPusher(registry.Url, new RegistryPusherOptions { Credential = user });
        await pusher.PushAsync(Repository, "1.0.0", new ImageBuilder().Build(), Stop);

        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        anonymous.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        registry.Log.Requests.SelectMany(request => request.Headers.Values)
            .ShouldNotContain(value => value.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("alice:s3cret"))));
    }

    [Fact]
    public async Task Log_Requests_AreRecordedBeforeTheAnswerArrives()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var http = new HttpClient { BaseAddress = registry.Url };

        for (var count = 1; count <= 50; count++)
        {
            using var answer = await http.GetAsync($"/v2/{Repository}/tags/list?n={count}", Stop);
            registry.Log.Requests.Count.ShouldBe(count);
        }

        registry.RequestCount.ShouldBe(50);
        registry.Log.Requests[0].ToString().ShouldBe("GET /v2/shop/api/tags/list?n=1 -> 404");
    }

    [Fact]
    public async Task Push_ThousandTags_SharesWhatIsThere()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        using var pusher = new RegistryPusher(registry.Url);
        var layer = new LayerFile("base", "the same in all");
        var images = Enumerable.Range(0, 1_000)
            .Select(number => new TaggedManifest($"1.0.{number}", new ImageBuilder().WithLayer(layer).WithLabel("n", $"{number}").Build()));

        await pusher.PushAsync(Repository, images, Stop);

        // For each image its configuration (HEAD, POST, PUT) and manifest (PUT); the layer once.
        registry.RequestCount.ShouldBe(1_000 * 4 + 3);
        using var http = new HttpClient { BaseAddress = registry.Url };
        (await http.GetFromJsonAsync<JsonElement>($"/v2/{Repository}/tags/list", Stop)).GetProperty("tags").GetArrayLength().ShouldBe(1_000);
    }
}
