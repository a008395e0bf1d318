using System.Text.Json.Nodes;
using global::Samples.Tests;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>The sample of a vulnerability scanner with options and a Secret: how often its service is asked, and what the status says.</summary>
public sealed class AdvisoryFeedTests : IAsyncLifetime
{
    private const string Repository = "shop/api";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly SamplePlugins _plugins = new("AdvisoryFeed");
    private readonly TemporaryFolder _folder = new("feed");
    private DockerRegistry _registry = null!;
    private FakeFeed _feed = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await FakeFeed.StartAsync(_cancellation);
        _registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = _registry.CreatePusher();
        await pusher.PushAsync(Repository, SampleImages.Versions(1), _cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _feed.DisposeAsync();
        _folder.Dispose();
        _plugins.Dispose();
    }

    [Theory]
    [InlineData("", "1 critical, 1 medium")]
    [InlineData(", minimumScore: 7", "1 critical, 0 medium")]
    [InlineData(", exempt: [{id: CVE-2026-1, because: The library is not used.}]", "0 critical, 1 medium")]
    public async Task Scan_Options_SayWhatCounts(string more, string counts)
    {
        var section = await ScanAsync(FakeFeed.BetterToken, Options(more));

        Counts(section).ShouldBe(counts, section.ToJsonString());
    }

    [Theory]
    [InlineData("{feed: {url: ftp://feed}}", "InvalidOptions", "spec.vulnerabilityScanning.options: feed.url: 'ftp://feed' is no address of a service")]
    [InlineData("{exempt: [{id: CVE-1}]}", "InvalidOptions", "spec.vulnerabilityScanning.options.exempt[0].because: is required")]
    [InlineData("{feed: {token: {name: other, key: token}}}", "InvalidSecret", "Secret 'other'")]
    public async Task Scan_OptionsThatCantBeUsed_SaysWhichField(string options, string reason, string message)
    {
        var section = await ScanAsync(FakeFeed.Token, options);

        ((string?)section["reason"]).ShouldBe(reason);
        ((string?)section["message"])!.ShouldContain(message);
        _feed.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_SameSecretAndThenARotatedOne_ScansAgainForTheRotatedOneAlone()
    {
        var first = await ScanAsync(FakeFeed.Token, Options());
        var second = await ScanAsync(FakeFeed.Token, Options());

        (Counts(second), (string?)second["lastScanTime"]).ShouldBe(("0 critical, 1 medium", (string?)first["lastScanTime"]));
        _feed.Asked.Count.ShouldBe(1);

        Counts(await ScanAsync(FakeFeed.BetterToken, Options())).ShouldBe("1 critical, 1 medium");
        _feed.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_RotatedSecret_IsSeenByTheNextRound()
    {
        Write(generation: 1, FakeFeed.Token);
        await using var @operator = await RunningOperator.OverFolderAsync(_folder.Path, "--plugins", _plugins.Path);
        Counts(await WaitAsync(generation: 1)).ShouldBe("0 critical, 1 medium");

        Write(generation: 2, FakeFeed.Token);
        await WaitAsync(generation: 2);
        _feed.Asked.Count.ShouldBe(1, "the same Secret makes nothing due");

        Write(generation: 3, FakeFeed.BetterToken);
        Counts(await WaitAsync(generation: 3)).ShouldBe("1 critical, 1 medium");
        _feed.Asked.Count.ShouldBe(2);
        @operator.Log.ShouldNotContain(FakeFeed.Token);
    }

    internal static string Secret(string token) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: feed, namespace: default}
        stringData: {token: {{token}}}
        ---

        """;

    private static string Counts(JsonNode section) => $"{section["critical"]} critical, {section["medium"]} medium";

    private string Options(string more = "") => $$"""{feed: {url: "{{_feed.Url}}", token: {name: feed, key: token} }{{more}} }""";

    /// <summary>A round begins where the specification changes: here by a limit that changes nothing.</summary>
    private string Resource(string options, int limit = 1) => Resources.Registry("api", _registry.Url, Repository, $$"""
          tagFilter: {limit: {{limit}} }
          vulnerabilityScanning: {enabled: true, scanner: advisory-feed, options: {{options}} }
        """);

    private void Write(int generation, string token) => _folder.Write("api.yaml", Secret(token) + Resource(Options(), limit: generation));

    /// <summary>Once, with a data directory that stays.</summary>
    private async Task<JsonNode> ScanAsync(string token, string options)
    {
        var result = await Product.RunAsync(
            ["scan", "-f", "-", "-o", "json", "--plugins", _plugins.Path],
            Secret(token) + Resource(options),
            new Dictionary<string, string>(StringComparer.Ordinal) { [Product.DataVariable] = _folder.File("data") });
        (result.Output + result.Error).ShouldNotContain(token);
        return JsonNode.Parse(result.Output)!["status"]!["images"]![0]!["vulnerabilities"]!;
    }

    private async Task<JsonNode> WaitAsync(int generation)
    {
        JsonNode? status = null;
        await Wait.UntilAsync(
            $"the round of generation {generation} has ended",
            async token =>
            {
                var file = _folder.File(".status/default.api.json");
                if (!File.Exists(file)) return false;
                status = JsonNode.Parse(await File.ReadAllTextAsync(file, token))!["status"]!;
                return (int?)status["observedGeneration"] == generation && (string?)status["lastScanStatus"] == "Success" && IsReady(status, generation);
            },
            Deadline,
            _cancellation);
        return status!["images"]![0]!["vulnerabilities"]!;
    }

    private static bool IsReady(JsonNode status, int generation) => status["conditions"]!.AsArray().Any(condition =>
        (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True" && (int?)condition["observedGeneration"] == generation);
}
