using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Scans;

/// <summary>What a scan costs a registry, counted by a real one.</summary>
public class RequestCountTests
{
    private const string Repository = "shop/api";
    private const int Pages = 1;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstScan_OfSinglePlatformTags_CostsTwoRequestsEach()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);

        (await CountAsync(registry, SampleImages.Versions(40))).ShouldBeLessThanOrEqualTo(2 * 40 + Pages);
    }

    [Fact]
    public async Task FirstScan_OfManyTagsWithFewDigests_ReadsEachDigestOnce()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        var tags = Enumerable.Range(0, 60).Select(number => new TaggedManifest($"1.0.{number}", SampleImages.Numbered(number % 3)));

        (await CountAsync(registry, tags)).ShouldBeLessThanOrEqualTo(60 + 3 * 2 + Pages);
    }

    [Fact]
    public async Task FirstScan_OfMultiPlatformTags_CostsThreeRequestsEachAndNoneToShowThatTheyMayBeRead()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        var tags = Enumerable.Range(0, 10).Select(number => new TaggedManifest(
            $"1.0.{number}", new IndexBuilder().WithImage(SampleImages.Numbered(number)).WithImage(SampleImages.Numbered(100 + number)).Build()));

        (await CountAsync(registry, tags)).ShouldBeLessThanOrEqualTo(3 * 10 + Pages);
    }

    [Fact]
    public async Task FirstScan_OfATokenProtectedRepository_CostsOneChallengeMore()
    {
        await using var tokens = await TokenServer.StartAsync(
            new TokenServerOptions { Users = new Dictionary<string, string> { ["ada"] = "pass" }, AnonymousPull = true }, _cancellation);
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Bearer(tokens) }, _cancellation);

        (await CountAsync(registry, SampleImages.Versions(20), () => tokens.ClearRequests(), allowing: tokens.Realm))
            .ShouldBeLessThanOrEqualTo(2 * 20 + Pages + 1);
        tokens.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FirstScan_NewestOfManyVersions_ReadsFewOfThem()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);

        (await CountAsync(registry, SampleImages.Versions(100), more: "  tagFilter: {limit: 5}")).ShouldBeLessThanOrEqualTo(2 * (1 + 3 * 5) + Pages);
    }

    [Fact]
    public async Task FirstScan_PagedTagList_FollowsEveryPage()
    {
        await using var registry = await ReferrersRegistry.StartAsync(new ReferrersRegistryOptions { MaximumPageSize = 7 }, _cancellation);
        using (var pusher = new RegistryPusher(registry.Url)) await pusher.PushAsync(Repository, SampleImages.Versions(30), _cancellation);

        var result = (await Product.RunAsync(["scan", "-f", "-", "-o", "json"], Resources.Registry("api", registry.Url, Repository))).EnsureSuccess();

        System.Text.Json.Nodes.JsonNode.Parse(result.Output)!.Tags().Length.ShouldBe(30);
    }

    /// <summary>The updates are found by the first comparison, and read and scanned before the second one.</summary>
    [Fact]
    public async Task FirstScan_UpdatesOutsideOfTheTagFilter_CostOneListAndOneHeadOfEach()
    {
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, SampleImages.Versions(10), _cancellation);
        await registry.Log.ClearAsync(_cancellation);
        var image = $"{registry.Url.Authority}/{Repository}:1.0.3";
        var yaml = Resources.Registry(
            "api", registry.Url, Repository,
            "  tagFilter: {include: '^1\\.0\\.3$'}\n  vulnerabilityScanning: {enabled: true}\n  driftDetection: {enabled: true}")
            + $"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: app, image: '{image}'}}]\n";

        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json"], yaml);

        System.Text.Json.Nodes.JsonNode.Parse(result.Output)!.Tags().ShouldBe(["1.0.3", "1.0.9"]);
        var requests = (await registry.Log.ReadAsync(_cancellation)).Select(request => $"{request.Method} {request.Path.Split('/')[^2]}").ToArray();
        // What runs is read by the host; the update is asked for and read by the check, and by nobody once more.
        requests.ShouldBe(["GET tags", "GET manifests", "GET blobs", "HEAD manifests", "GET manifests", "GET blobs"], ignoreOrder: true);
    }

    private async Task<int> CountAsync(
        DockerRegistry registry, IEnumerable<TaggedManifest> images, Action? pushed = null, string more = "", Uri? allowing = null)
    {
        using (var pusher = registry.CreatePusher()) await pusher.PushAsync(Repository, images, _cancellation);
        await registry.Log.ClearAsync(_cancellation);
        pushed?.Invoke();

        string[] settings = allowing is null ? [] : Product.Allowing(allowing);
        (await Product.RunAsync(["scan", "-f", "-", "-o", "json", .. settings], Resources.Registry("api", registry.Url, Repository, more))).EnsureSuccess();
        return (await registry.Log.ReadAsync(_cancellation)).Count;
    }
}
