using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Servers.Tests.Registries;

public sealed class ReferrersRegistryTests
{
    private const string Repository = "shop/api";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Referrers_Filter_GivesTypeAndAnnotations()
    {
        await using var registry = await ReferrersRegistry.StartAsync(Stop);
        using var pusher = new RegistryPusher(registry.Url);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().Build();
        await pusher.PushAsync(Repository, "1.0.0", image, Stop);
        foreach (var type in new[] { "application/one", "application/two" })
        {
            var artifact = new ArtifactBuilder()
                .WithType(type).WithFile("text/plain", "a").WithAnnotation("by", "test").WithSubject(image.Descriptor).Build();
            await pusher.PushAsync(Repository, tag: null, artifact, Stop);
        }

        using var answer = await http.GetAsync($"/v2/{Repository}/referrers/{image.Digest}?artifactType=application/two", Stop);

        answer.Headers.GetValues("OCI-Filters-Applied").ShouldBe(["artifactType"]);
        var referrer = OciDocument.ReadIndex(await answer.Content.ReadAsByteArrayAsync(Stop)).Manifests!.Single();
        referrer.ArtifactType.ShouldBe("application/two");
        referrer.Annotations.ShouldNotBeNull()["by"].ShouldBe("test");
    }

    [Fact]
    public async Task Tags_PageSize_LinksToTheNextPage()
    {
        await using var registry = await ReferrersRegistry.StartAsync(new ReferrersRegistryOptions { MaximumPageSize = 2 }, Stop);
        using var pusher = new RegistryPusher(registry.Url);
        using var http = new HttpClient { BaseAddress = registry.Url };
        var image = new ImageBuilder().Build();
        await pusher.PushAsync(Repository, [new("a", image), new("b", image), new("c", image)], Stop);

        using var answer = await http.GetAsync($"/v2/{Repository}/tags/list?n=2", Stop);
        using var refused = await http.GetAsync($"/v2/{Repository}/tags/list?n=3", Stop);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("tags").GetArrayLength().ShouldBe(2);
        answer.Headers.GetValues("Link").Single().ShouldContain("rel=\"next\"");
    }

    [Fact]
    public async Task User_Password_IsWanted()
    {
        var user = new RegistryCredential.UsernamePassword("alice", "s3cret");
        await using var registry = await ReferrersRegistry.StartAsync(new ReferrersRegistryOptions { User = user }, Stop);
        using var pusher = new RegistryPusher(registry.Url, new RegistryPusherOptions { Credential = user });
        using var http = new HttpClient { BaseAddress = registry.Url };

        await pusher.PushAsync(Repository, "1.0.0", new ImageBuilder().Build(), Stop);

        (await http.GetAsync($"/v2/{Repository}/tags/list", Stop)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
