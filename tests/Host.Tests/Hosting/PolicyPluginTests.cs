using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Hosting;

/// <summary>The whole engine with a plugin that judges images and tags: what it is handed, what that costs, and what is shown of its results.</summary>
public sealed class PolicyPluginTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("requests-");
    private readonly RoundMemory.Entry _memory = new();
    private InMemoryRegistry _registry = null!;
    private RegistryResource _resource = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plugins.AddFixture("Policies");
        _registry = await InMemoryRegistry.StartAsync(Cancel);
        _resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "team", Name = "app", Uid = "1", Generation = 1 },
            Spec = new RegistrySpec
            {
                Url = _registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = Repository,
                Scanners = [new CustomScannerSpec { Name = "layer-limit", Options = JsonElement.Parse("""{"maximumLayers":1}""") }],
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = 1 },
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _plugins.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Round_ScannerThatJudges_ShowsVerdictAndFiguresInStatusTableAndReport()
    {
        Push("1.0.0", layers: 1);
        Push("1.1.0", layers: 2);
        await using (var engine = await StartAsync()) await ScanAsync(engine);

        var scan = _resource.Status!.Images.Single(image => image.Tag == "1.1.0").Scans["layer-limit"];
        (scan.Result, scan.Verdict, scan.Figures["layers"]).ShouldBe(("2 layers", "Failed", 2));
        _resource.Status.Images.Single(image => image.Tag == "1.0.0").Scans["layer-limit"].Verdict.ShouldBe("Passed");
        var table = Table();
        table.ShouldContain("2 layers, Failed");
        table.ShouldContain("1 layer, Passed");
        var report = await CommandRun.StartAsync(["report", $"{Repository}:1.1.0", "--data-dir", _data.FullName]);
        string.Join('\n', report.Output.Split('\n').Skip(3).Select(line => line.TrimEnd())).ShouldBe("""
            CUSTOM  layer-limit 1.0.0, 2026-01-02 03:04:05Z
            2 layers, Failed
            NAME   VALUE
            user   1000
            layers 2

            """);
    }

    /// <summary>What was read to find out about an image is handed over: the tags, then the manifest and the configuration of each, and nothing more.</summary>
    [Theory]
    [InlineData("layer-limit")]
    [InlineData("named-user")]
    [InlineData("layer-limit", "named-user")]
    public async Task Round_NewImages_ScannersAreHandedWhatWasReadWithoutARequest(params string[] scanners)
    {
        Push("1.0.0", layers: 1);
        Push("1.1.0", layers: 2);
        Ask(scanners);
        await using var engine = await StartAsync();

        await ScanAsync(engine);

        _resource.Status!.Images.ShouldAllBe(image => image.Scans.Values.All(scan => scan.Summary["user"] == "1000"));
        _registry.Log.Requests.Count(request => request.Path.Contains("/manifests/", StringComparison.Ordinal)).ShouldBe(2);
        _registry.Log.Requests.Count(request => request.Path.Contains("/blobs/", StringComparison.Ordinal)).ShouldBe(2);
    }

    /// <summary>Between rounds nothing has been read: who needs it has it read, once for all, and who asks by himself reads it himself.</summary>
    [Theory]
    [InlineData("layer-limit", "not known", 1, 0)]
    [InlineData("named-user", "1000", 1, 1)]
    public async Task RunScanners_KnownImage_IsReadByDigestForWhoNeedsIt(string scanner, string user, int manifests, int blobs)
    {
        Push("1.0.0", layers: 1);
        Ask(scanner);
        await using var engine = await StartAsync();
        await ScanAsync(engine);
        _registry.Log.Clear();
        _time.Advance(TimeSpan.FromDays(30));

        var status = (await engine.Round.RunScannersAsync(_resource, new ManifestSecrets([]), _memory, Cancel))!;

        var image = status.Images.ShouldHaveSingleItem();
        image.Scans[scanner].Summary["user"].ShouldBe(user);
        var paths = _registry.Log.Requests.Select(request => request.Path).ToArray();
        paths.Where(path => path.Contains("/manifests/", StringComparison.Ordinal)).ShouldBe(
            Enumerable.Repeat($"/v2/{Repository}/manifests/{image.Digest}", manifests));
        paths.Count(path => path.Contains("/blobs/", StringComparison.Ordinal)).ShouldBe(blobs);
    }

    [Fact]
    public async Task RunScanners_NeededManifestCantBeRead_IsTheReason()
    {
        Push("1.0.0", layers: 1);
        Ask("named-user");
        await using var engine = await StartAsync();
        await ScanAsync(engine);
        _time.Advance(TimeSpan.FromDays(30));
        using var fault = _registry.Inject(Faults.Status(404).OnPath("/manifests/sha256"));

        var status = (await engine.Round.RunScannersAsync(_resource, new ManifestSecrets([]), _memory, Cancel))!;

        var scan = status.Images.ShouldHaveSingleItem().Scans["named-user"];
        (scan.Result, scan.Reason).ShouldBe(("1000", "NotFound"));
    }

    [Fact]
    public async Task Round_TagThatMoved_IsToldWithWhatItNamedBeforeAlsoAfterARestart()
    {
        Push("1.0.0", layers: 1);
        Push("1.1.0", layers: 1);
        Ask("moved-tags");
        await using (var engine = await StartAsync()) await ScanAsync(engine);
        var before = _resource.Status!.Images.Single(image => image.Tag == "1.0.0").Digest;
        _resource.Status.Scans["moved-tags"].Result.ShouldBe("None moved");
        Push("1.0.0", layers: 2);
        _time.Advance(TimeSpan.FromDays(1));
        await using var restarted = await StartAsync();

        await ScanAsync(restarted);

        var after = _resource.Status.Images.Single(image => image.Tag == "1.0.0").Digest;
        var scan = _resource.Status.Scans["moved-tags"];
        (scan.Result, scan.Verdict).ShouldBe(("1 moved", "Failed"));
        scan.Summary.ShouldHaveSingleItem().ShouldBe(
            KeyValuePair.Create("1.0.0", $"{before} until 2026-01-03 03:04:05Z, {after} since 2026-01-03 03:04:05Z"));
    }

    [Fact]
    public async Task RunScanners_AfterARestart_ScannerFindsWhatItKept()
    {
        Push("1.0.0", layers: 1);
        Ask("named-user");
        await using (var engine = await StartAsync()) await ScanAsync(engine);
        _time.Advance(TimeSpan.FromDays(30));
        await using var restarted = await StartAsync();

        var status = (await restarted.Round.RunScannersAsync(_resource, new ManifestSecrets([]), _memory, Cancel))!;

        _resource.Status!.Images[0].Scans["named-user"].Summary["before"].ShouldBe("not known");
        status.Images[0].Scans["named-user"].Summary["before"].ShouldBe("1000");
    }

    private void Ask(params string[] scanners) => _resource = _resource with
    {
        Spec = _resource.Spec with { Scanners = [.. scanners.Select(name => new CustomScannerSpec { Name = name })] },
    };

    private void Push(string tag, int layers)
    {
        var image = new ImageBuilder().WithUser("1000");
        foreach (var layer in Enumerable.Range(0, layers)) image = image.WithLayer(new LayerFile($"layer-{layer}", tag));
        _registry.Add(Repository, tag, image.Build());
    }

    private Task<Engine> StartAsync() => _plugins.StartEngineAsync(_data, _time, Cancel);

    private async Task ScanAsync(Engine engine)
    {
        var outcome = await engine.Round.RunAsync(_resource, new ManifestSecrets([]), _memory, progress: null, publish: null, Cancel);
        _resource = _resource with { Status = outcome.Status };
    }

    private string Table() => PrintedTable.Of(_resource);
}
