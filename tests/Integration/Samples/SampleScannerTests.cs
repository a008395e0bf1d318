using System.Text.Json.Nodes;
using global::Samples.Tests;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>The scanners of <c>samples/plugins</c>, built against the packages, in the real product over real registries: what the status shows.</summary>
public class SampleScannerTests
{
    private const string Repository = "shop/api";
    private const string Note = "application/vnd.example.note";
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_AllSamples_AreOfTheContractOfTodayAndBringNothingOfTheHosts()
    {
        using var plugins = new SamplePlugins(SamplePlugins.All);

        var list = JsonNode.Parse((await Product.RunAsync(["plugins", "list", "-o", "json", "--plugins", plugins.Path])).Output)!;

        var parts = list["parts"]!.AsArray().Where(part => ((string)part!["folder"]!).StartsWith(plugins.Path, StringComparison.Ordinal)).ToArray();
        parts.Select(part => $"{part!["kind"]} {part["name"]}").Order(StringComparer.Ordinal).ShouldBe(
        [
            "authenticator mounted-credentials", "registry-client skopeo-dir", "scanner:custom attachment-inventory", "scanner:hygiene stale-tags",
            "scanner:provenance build-statement", "scanner:vulnerability advisory-feed",
        ]);
        parts.ShouldAllBe(part => (string?)part!["contractVersion"] == PluginContract.Version && (bool)part["readiness"]!["isReady"]!);
        foreach (var sample in SamplePlugins.All)
            plugins.FilesOf(sample).Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).ShouldBe([$"{sample}.dll"]);
    }

    [Theory]
    [InlineData(false, "FallbackTag")]
    [InlineData(true, "ReferrersApi")]
    public async Task Scan_AttachmentsInEveryPlace_AreInTheStatusWithWhereTheyWereFound(bool referrersApi, string source)
    {
        using var plugins = new SamplePlugins("AttachmentInventory");
        var image = SampleImages.Numbered(1);
        var index = new IndexBuilder().WithImage(image).WithAttestation(image, "https://slsa.dev/provenance/v1", Statements.Provenance(image)).Build();
        TaggedManifest[] content =
        [
            new("1.0.0", index),
            new($"sha256-{index.Digest.Encoded}.sig", new ArtifactBuilder().WithType(Note).WithFile("text/plain", "signed").Build()),
        ];
        var note = new ArtifactBuilder().WithType(Note).WithSubject(image.Descriptor).WithFile("text/plain", "one").WithFile("text/plain", "two").Build();
        await using var registry = await AnyRegistry.StartAsync(referrersApi, _cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, content, _cancellation);
        await pusher.PushAsync(Repository, tag: null, note, _cancellation);

        var status = await ScanAsync(plugins, Resources.Registry("api", registry.Url, Repository, "  scanners: [{name: attachment-inventory}]"));

        var scan = status["images"]![0]!["scans"]!["attachment-inventory"]!;
        ((string?)scan["result"]).ShouldBe("Attached", scan.ToJsonString());
        scan["summary"]!.AsObject().ToDictionary(entry => entry.Key, entry => (string?)entry.Value).ShouldBe(new Dictionary<string, string?>
        {
            [$"1 {source}"] = $"{Note} of the platform, files: 2",
            ["2 CosignTag"] = $"{Note} of the image, files: 1",
            ["3 IndexEntry"] = "application/vnd.oci.image.config.v1+json of the platform, files: 1",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task Scan_ProvenanceScannerOfAThirdParty_FillsTheSectionOfProvenance()
    {
        using var plugins = new SamplePlugins("BuildStatements");
        var stated = SampleImages.Numbered(2);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Repository, [new("1.0.0", SampleImages.Numbered(1)), new("1.1.0", stated)], _cancellation);
        await pusher.PushAsync(Repository, tag: null, Statements.Artifact(stated), _cancellation);

        var status = await ScanAsync(
            plugins, Resources.Registry("api", registry.Url, Repository, "  provenanceTracking: {enabled: true, scanner: build-statement}"));

        string?[] Provenance(string tag) =>
            [.. ((string[])["slsaLevel", "signed", "builder", "sourceRepo", "sourceCommit", "scanner"])
                .Select(field => status["images"]!.AsArray().Single(image => (string?)image!["tag"] == tag)!["provenance"]![field]?.ToString())];
        Provenance("1.1.0").ShouldBe(["1", "false", "https://ci.example.com/builder", "https://git.example.com/team/app", "0a1b2c", "build-statement"]);
        Provenance("1.0.0").ShouldBe(["0", "false", null, null, null, "build-statement"]);
    }

    [Fact]
    public async Task Scan_RegistryScanner_TellsOfAllImagesByTheirTagsAndResults()
    {
        using var plugins = new SamplePlugins("AdvisoryFeed", "StaleTags");
        using var data = new TemporaryFolder("data");
        await using var feed = await FakeFeed.StartAsync(_cancellation);
        await using var registry = await DockerRegistry.StartAsync(_cancellation);
        using (var pusher = registry.CreatePusher())
        {
            await pusher.PushAsync(
                Repository,
                [
                    new("0.9.0", new ImageBuilder().WithCreated(SampleImages.Start.AddYears(-9)).Build()),
                    new("1.0.0", new ImageBuilder().WithCreated(null).Build()),
                ],
                _cancellation);
        }

        var resource = Resources.Registry("api", registry.Url, Repository, $$"""
              tagFilter: {include: '^0'}
              scanners: [{name: stale-tags, options: {maximumAgeDays: 30} }]
              vulnerabilityScanning:
                enabled: true
                scanner: advisory-feed
                options: {feed: {url: "{{feed.Url}}", token: {name: feed, key: token} } }
            """);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [Product.DataVariable] = data.Path };
        var status = await ScanAsync(plugins, FeedSecret(FakeFeed.BetterToken) + resource, environment);

        var scan = status["scans"]!["stale-tags"]!;
        ((string?)scan["result"], (string?)scan["verdict"]).ShouldBe(("Stale", "Failed"));
        ((int?)scan["figures"]!["stale"], (int?)scan["figures"]!["critical"]).ShouldBe((1, 1));
        ((string?)scan["summary"]!["images"], (string?)scan["summary"]!["tags"]).ShouldBe(("1", "2"), "the filter leaves one of two tags");
        (await Product.RunAsync(["report", "default/api", "--scanner", "stale-tags", "-o", "json"], environment: environment))
            .EnsureSuccess().Output.ShouldBe("""["0.9.0"]""");
    }

    private static async Task<JsonNode> ScanAsync(SamplePlugins plugins, string yaml, IReadOnlyDictionary<string, string>? environment = null)
    {
        var result = await Product.RunAsync(["scan", "-f", "-", "-o", "json", "--plugins", plugins.Path], yaml, environment);
        result.ExitCode.ShouldBe(0, result.Error + result.Output);
        return JsonNode.Parse(result.Output)!["status"]!;
    }

    private static string FeedSecret(string token) => AdvisoryFeedTests.Secret(token);
}
