using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Hosting;

/// <summary>The engine with plugins that look at all images of a resource, from a plugin's folder to the printed report.</summary>
public sealed class WholeRepositoryTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("whole-");
    private InMemoryRegistry _registry = null!;
    private RegistryResource _resource = null!;
    private RoundMemory.Entry _memory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plugins.AddFixture("WholeRepository");
        _registry = await InMemoryRegistry.StartAsync(Cancel);
        Push("1.0.0", _time.GetUtcNow().AddDays(-500));
        Push("1.1.0", _time.GetUtcNow().AddDays(-100));
        _resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "team", Name = "app", Uid = "1", Generation = 1 },
            Spec = new RegistrySpec
            {
                Url = _registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = Repository,
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0 },
                Scanners = [new CustomScannerSpec { Name = "stale-tags" }],
                DriftDetection = new DriftDetectionSpec { Enabled = true, CheckInterval = 3600 },
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
    public async Task Scan_ScannersOfBothSorts_FillTheStatusTheTableAndTheStore()
    {
        await using (var engine = await StartAsync()) await ScanAsync(engine);

        var stale = _resource.Status!.Scans["stale-tags"];
        (stale.Result, stale.Verdict, stale.Figures["stale"], stale.Summary["tags"], stale.Summary["before"]).ShouldBe(("Stale", "Failed", 1, "2", "nothing"));
        _resource.Status.Drift!.Summary.ShouldBe(new DriftSummaryStatus { Total = 2, Latest = 1, Outdated = 1 });
        Table().ShouldEndWith("drift: 2 workloads: 1 outdated, 1 latest\nstale-tags: Stale, Failed (before nothing, images 2, tags 2)\n");

        (await ReportAsync("team/app")).ShouldBe((0, """
            team/app  all images together

            CUSTOM  stale-tags 1.0.0, 2026-01-02 03:04:05Z
            Stale, Failed
            NAME     VALUE
            before   nothing
            images   2
            tags     2
            critical 0
            stale    1

            DRIFT  drift 1.0.0, 2026-01-02 03:04:05Z
            2 workloads: 1 outdated, 1 latest
            WORKLOAD              TAG   STATUS   RECOMMENDATION   UPDATE MESSAGE
            Deployment/shop/1.0.0 1.0.0 OUTDATED UPDATE_AVAILABLE 1.1.0
            Deployment/shop/1.1.0 1.1.0 LATEST   NO_ACTION

            """, ""));
        (await ReportAsync("team/app", "-o", "json")).Output.ShouldBe("""["1.0.0"]""");
        (await ReportAsync("team/app", "--kind", "drift")).Output.ShouldNotContain("stale-tags");
    }

    [Theory]
    [InlineData("team/app --scanner nobody", 1, "There is no such report about all images of team/app. There are: stale-tags (custom), drift (drift).")]
    [InlineData("team/app --kind drift -o json", 1, "No document is stored that can be printed as json.")]
    [InlineData("team/app -o sarif", 1, "No document is stored that can be printed as sarif. There are: application/json of stale-tags.")]
    [InlineData(
        "team/app --platform linux/amd64", 2,
        "--platform linux/amd64: team/app is a Registry, and what was found over all its images has no platform.")]
    [InlineData("team/other", 2, "No repository 'team/other' is known. Known repositories: ")]
    public async Task Report_NothingToPrint_SaysWhatThereIs(string arguments, int exitCode, string message)
    {
        await using (var engine = await StartAsync()) await ScanAsync(engine);

        var (code, output, error) = await ReportAsync(arguments.Split(' '));

        (code, output).ShouldBe((exitCode, ""));
        error.ShouldContain(message);
    }

    [Fact]
    public async Task Scan_AfterARestart_IsNotDueAgainUntilSomethingChanges()
    {
        await using (var engine = await StartAsync()) await ScanAsync(engine);
        var first = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(30));
        _memory = new RoundMemory.Entry();

        await using var restarted = await StartAsync();
        await ScanAsync(restarted);
        (_resource.Status!.Drift!.LastCheckTime, _resource.Status.Scans["stale-tags"].LastScanTime).ShouldBe((first, first));

        Push("1.2.0", _time.GetUtcNow());
        await ScanAsync(restarted);
        (_resource.Status.Drift.LastCheckTime, _resource.Status.Scans["stale-tags"].LastScanTime).ShouldBe((_time.GetUtcNow(), _time.GetUtcNow()));
        _resource.Status.Scans["stale-tags"].Summary["before"].ShouldBe("Stale");
    }

    [Theory]
    [InlineData("broken", "Failed", "drift failed. InvalidOperationException: There is a tag that breaks it.")]
    [InlineData("hangs", "TimedOut", "drift had no result after 300 s and was ended. Raise Scanning:TimeoutSeconds if images need longer.")]
    public async Task Scan_OneOfTheScannersFails_KeepsItsLastResultAndTheOtherRuns(string tag, string reason, string message)
    {
        await using var engine = await StartAsync();
        await ScanAsync(engine);
        var first = _time.GetUtcNow();
        Push(tag, first);

        var progress = Substitute.For<IRoundProgress>();
        var scansBegin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        progress.When(told => told.ScansPlanned(2)).Do(_ => scansBegin.TrySetResult());
        var scan = engine.Round.RunAsync(_resource, new ManifestSecrets([]), _memory, progress, publish: null, Cancel);
        // Before, the registry's answers would come too late.
        await scansBegin.Task.SoonAsync();
        _resource = _resource with { Status = (await _time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), scan)).Status };

        var drift = _resource.Status!.Drift!;
        (drift.Reason, drift.Message, drift.LastCheckTime, drift.Workloads.Count).ShouldBe((reason, message, first, 2));
        _resource.Status.Scans["stale-tags"].Summary["tags"].ShouldBe("3");
        _resource.Status.LastScanStatus.ShouldBe("Success");
        Table().ShouldContain($"drift: 2 workloads: 1 outdated, 1 latest ({reason}, as of ");
        Table().ShouldEndWith($"{reason}: {message}\n");
    }

    /// <summary>What the kit promises authors is what the host does.</summary>
    [Fact]
    public async Task Conformance_ScannersOfBothSorts_KeepTheContract()
    {
        await using var catalog = await _plugins.LoadAsync();
        using var provider = new OciRegistryClientProvider(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var conformance = new ScannerConformance(repository => provider.CreateClient(new RegistryClientRequest { Repository = repository }));

        catalog.Scanners.Count.ShouldBe(2);
        foreach (var scanner in catalog.Scanners) await conformance.VerifyAsync(scanner, Cancel);
    }

    private void Push(string tag, DateTimeOffset created) =>
        _registry.Add(Repository, tag, new ImageBuilder().WithCreated(created).WithLabel("tag", tag).Build());

    private Task<Engine> StartAsync() => _plugins.StartEngineAsync(_data, _time, Cancel);

    private async Task ScanAsync(Engine engine)
    {
        var outcome = await engine.Round.RunAsync(_resource, new ManifestSecrets([]), _memory, progress: null, publish: null, Cancel);
        _resource = _resource with { Status = outcome.Status };
    }

    private string Table() => PrintedTable.Of(_resource);

    private async Task<(int ExitCode, string Output, string Error)> ReportAsync(params string[] arguments)
    {
        var run = await CommandRun.StartAsync(["report", .. arguments, "--data-dir", _data.FullName]);
        return (run.ExitCode, string.Join('\n', run.Output.Split('\n').Select(line => line.TrimEnd())), run.Error);
    }
}
