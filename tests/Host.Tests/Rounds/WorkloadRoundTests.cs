using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Reconciles of a resource with drift detection, when what runs has changed.</summary>
public sealed class WorkloadRoundTests : IAsyncLifetime
{
    private readonly WorkloadIndex _workloads = new();
    private readonly FakeRegistryScanner _scanner = new()
    {
        Descriptor = new ScannerDescriptor("drift", ScannerKind.Drift, "1.0.0"),
        Scan = (request, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult
        {
            Result = "Compared",
            Workloads = [.. request.Workloads!.Select(one => new WorkloadDrift { Namespace = one.Namespace, Kind = one.Kind, Name = one.Name })],
        }),
    };

    private RoundSandbox _sandbox = null!;

    private IEnumerable<string> Compared => _sandbox.Status.Drift!.Workloads.Select(workload => workload.Name!);

    private int Lists => _sandbox.Registry.Log.Requests.Count(request => request.Path.EndsWith("/tags/list", StringComparison.Ordinal));

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Workloads = _workloads;
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 86_400, DriftDetection = new DriftDetectionSpec { Enabled = true } });
        Run(Workload("web"));
        _sandbox.Restart();
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Reconcile_WorkloadsChangedWhileNoProcessRan_ListsTheTagsOnceAndComparesThem()
    {
        Run(Workload("web"), Workload("shop"));
        _sandbox.Restart();
        _sandbox.Registry.Log.Clear();

        await _sandbox.ReconcileAsync();
        await _sandbox.ReconcileAsync();

        Compared.ShouldBe(["shop", "web"]);
        _sandbox.Status.Drift!.LastCheckTime.ShouldBe(_sandbox.Now);
        _scanner.LastRequest.IsTagListComplete.ShouldBeTrue();
        Lists.ShouldBe(1);
    }

    [Fact]
    public async Task Reconcile_NoWorkloadRunsTheRepository_SaysWhatRunsInstead()
    {
        Run(Workload("web") with { Containers = [new WorkloadContainer { Name = "app", Image = "ghcr.io/other/app:1" }] });
        _sandbox.Memory.WorkloadsChanged(RoundSandbox.Key);
        await _sandbox.ReconcileAsync();

        _sandbox.Status.Drift!.Message.ShouldBe(
            $"Of 1 workload, none runs an image of {_sandbox.Registry.Url.Authority}/{RoundSandbox.Repository}: images are ghcr.io/other/app.");
        Run(Workload("web"));
        _sandbox.Memory.WorkloadsChanged(RoundSandbox.Key);
        await _sandbox.ReconcileAsync();
        _sandbox.Status.Drift!.Message.ShouldBeNull();
    }

    [Fact]
    public async Task Reconcile_FilterLeavesOutAllButWhatRuns_SaysWhatIsShown()
    {
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Include = "^9" } });

        await _sandbox.ReconcileAsync();

        _sandbox.Status.Images.ShouldHaveSingleItem().Tag.ShouldBe("1.0.0");
        _sandbox.Status.Message.ShouldBe("1 tag is left out, 1 by spec.tagFilter.include (^9); shown is what runs.");
    }

    [Fact]
    public async Task Reconcile_WorkloadsUnchangedAfterARestart_AsksNobody()
    {
        _sandbox.Restart();
        _sandbox.Registry.Log.Clear();

        (await _sandbox.ReconcileAsync())!.Value.ShouldBeGreaterThan(TimeSpan.FromHours(1));

        (_sandbox.Registry.RequestCount, _scanner.Calls, _sandbox.Status.Drift!.LastCheckTime).ShouldBe((0, 1, RoundSandbox.Start));
    }

    [Fact]
    public async Task Reconcile_WorkloadsChangedWithTheTagsAtHand_ListsNothing()
    {
        Run(Workload("web"), Workload("shop"));
        _sandbox.Memory.WorkloadsChanged(RoundSandbox.Key);
        _sandbox.Registry.Log.Clear();

        await _sandbox.ReconcileAsync();

        Compared.ShouldBe(["shop", "web"]);
        Lists.ShouldBe(0);
    }

    /// <summary>A change of a workload is no reason to ask a registry that does not answer before its time.</summary>
    [Fact]
    public async Task Reconcile_WorkloadsChangedButTheListFails_WaitsForItsBackoff()
    {
        Run(Workload("web"), Workload("shop"));
        _sandbox.Restart();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/tags/list"));
        (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeGreaterThanOrEqualTo(15);
        Compared.ShouldBe(["web"]);
        _sandbox.Registry.Log.Clear();
        Run(Workload("web"), Workload("shop"), Workload("more"));
        _sandbox.Memory.WorkloadsChanged(RoundSandbox.Key);

        (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeGreaterThanOrEqualTo(15);

        (Lists, _sandbox.Status.Drift!.LastCheckTime).ShouldBe((0, RoundSandbox.Start));
        fault.Dispose();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        await _sandbox.ReconcileAsync();
        Compared.ShouldBe(["more", "shop", "web"]);
    }

    /// <summary>What ran once and is gone, or was named by another tag: a mirror may still have it.</summary>
    [Fact]
    public async Task Reconcile_TagsThatAreGone_AreToldOfWhatRuns()
    {
        var gone = _sandbox.Push("0.9.0");
        _sandbox.Push("0.8.0");
        Run(Workload("web", ":0.9.0"), Workload("shop"));
        _sandbox.Time.Advance(TimeSpan.FromDays(2));
        var first = _sandbox.Now;
        await _sandbox.ReconcileAsync();
        foreach (var tag in (string[])["0.9.0", "0.8.0"]) _sandbox.Registry.RemoveTag(RoundSandbox.Repository, tag);
        _sandbox.Time.Advance(TimeSpan.FromDays(2));

        await _sandbox.ReconcileAsync();

        _scanner.LastRequest.EarlierTags.ShouldHaveSingleItem().Key.ShouldBe("0.9.0");
        _scanner.LastRequest.EarlierTags["0.9.0"].ShouldBe([new TagHistoryEntry(gone.Digest, first, _sandbox.Now)]);
        Run(Workload("web", $"@{gone.Digest}"), Workload("shop"));
        _sandbox.Time.Advance(TimeSpan.FromDays(2));
        await _sandbox.ReconcileAsync();
        _scanner.LastRequest.EarlierTags.Keys.ShouldBe(["0.9.0"]);
    }

    private void Run(params Workload[] workloads) => _workloads.Replace(workloads);

    private Workload Workload(string name, string written = ":1.0.0") => new()
    {
        Kind = "Deployment",
        Namespace = "shop",
        Name = name,
        Containers =
        [
            new WorkloadContainer
            {
                Name = "app",
                Image = $"{_sandbox.Registry.Url.Authority}/{RoundSandbox.Repository}{written}",
            },
        ],
    };
}
