using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Tests.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Host.Tests.Reconciliation;

/// <summary>Reconciles of a resource with a scanner: between scans of the tag list, and while scanners run.</summary>
public sealed class ScannerReconcileTests : IAsyncLifetime
{
    private readonly FakeScanner _scanner;
    private RoundSandbox _sandbox = null!;
    private Func<CancellationToken, Task<ImageScanResult>> _scan = _ => Task.FromResult(new ImageScanResult { Result = "Passed" });

    public ScannerReconcileTests() => _scanner = new FakeScanner((_, token) => _scan(token));

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 86_400, Scanners = [spec.Scanners[0] with { Interval = 60 }] });
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Reconcile_ScannersDueBeforeTheTags_ComesBackForThem()
    {
        (await _sandbox.ReconcileAsync()).ShouldBe(TimeSpan.FromSeconds(60));

        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 10 });
        (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeInRange(10, 11);
    }

    [Fact]
    public async Task Reconcile_ScannersDue_RunsThemAloneAndWritesWhatChanged()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Store.Written.Clear();
        _sandbox.Registry.Log.Clear();
        _scanner.Readiness = ScannerReadiness.Ready("tool 2");
        _sandbox.Time.Advance(TimeSpan.FromSeconds(60));

        (await _sandbox.ReconcileAsync()).ShouldBe(TimeSpan.FromSeconds(60));

        _sandbox.Registry.RequestCount.ShouldBe(0);
        _sandbox.Store.Written.ShouldHaveSingleItem().Conditions.Single(condition => condition.Type == "ScannersReady").Message.ShouldBe("fake tool 2");
        _sandbox.Status.LastScanTime.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Reconcile_ScannersTakeTheirTime_ComesBackForTheTagsAsIfTheyHadNot()
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 100 });
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        _scan = _ =>
        {
            _sandbox.Time.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult(new ImageScanResult { Result = "Passed" });
        };

        (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeInRange(10, 20);
    }

    [Fact]
    public async Task Reconcile_ScannersFindNothingNew_WritesNothing()
    {
        await _sandbox.ReconcileAsync();
        var result = _sandbox.Of("1.0.0")!.Scans["fake"];
        _sandbox.SetStatus(status => status); // as it is read back
        _sandbox.ChangeSpec(spec => spec with { Scanners = [spec.Scanners[0] with { Interval = 3600 }] });
        var generation = _sandbox.Resource.Metadata.Generation;
        _sandbox.SetStatus(status => status with
        {
            ObservedGeneration = generation,
            Conditions = [.. status.Conditions.Select(condition => condition with { ObservedGeneration = generation })],
        });
        _sandbox.Restart(scanner: _scanner);
        _sandbox.Store.Written.Clear();

        (await _sandbox.ReconcileAsync()).ShouldBe(TimeSpan.FromHours(1));

        _sandbox.Store.Written.ShouldBeEmpty();
        _sandbox.Of("1.0.0")!.Scans["fake"].Result.ShouldBe(result.Result);
    }

    [Fact]
    public async Task Reconcile_ScannersDueButTheRegistryCantBeOpened_WaitsAnInterval()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "missing" } });
        _sandbox.SetStatus(status => status with { ObservedGeneration = _sandbox.Resource.Metadata.Generation });
        _sandbox.Time.Advance(TimeSpan.FromSeconds(60));

        (await _sandbox.ReconcileAsync()).ShouldBe(TimeSpan.FromSeconds(60));
        (await _sandbox.ReconcileAsync()).ShouldBe(TimeSpan.FromSeconds(60));

        _sandbox.Store.SecretsRead.ShouldBe(["shop/missing"]);
    }

    [Fact]
    public async Task Reconcile_WhileScannersRun_PublishesAndNeverTurnsTransitionsBack()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Push("1.1.0");
        _sandbox.Time.Advance(TimeSpan.FromDays(2));
        _sandbox.Store.Written.Clear();
        await RunUntilPublishedAsync(times: 2);

        _sandbox.Store.Written.Count.ShouldBeGreaterThanOrEqualTo(3);
        _sandbox.Store.Written[0].Images.Count.ShouldBe(2);
        _sandbox.Store.Written[0].LastScanTime.ShouldBe(RoundSandbox.Start);
        _sandbox.Status.LastScanTime!.Value.ShouldBeGreaterThan(RoundSandbox.Start.AddDays(2));
        var ready = _sandbox.Store.Written.Select(status => status.Conditions.Find("Ready")!).ToArray();
        ready.Select(condition => condition.LastTransitionTime).ShouldBe(ready.Select(condition => condition.LastTransitionTime).Order());
        // What the last scan said holds until this one ends, however often it was published.
        ready.Select(condition => (condition.Status, condition.LastTransitionTime)).Distinct().ShouldHaveSingleItem().ShouldBe(("True", RoundSandbox.Start));
    }

    [Fact]
    public async Task Reconcile_PublishFails_ScansToTheEndAndWritesThat()
    {
        _sandbox.Store.BeforeWrite = number =>
        {
            // Not the announcement. A request that takes too long is told like a cancellation.
            if (number == 2) throw new TaskCanceledException("The API server does not answer.");
        };

        await RunUntilPublishedAsync(times: 2);

        _sandbox.Status.LastScanStatus.ShouldBe("Success");
        _sandbox.Status.Images.ShouldHaveSingleItem().Scans["fake"].Result.ShouldBe("Passed");
    }

    [Fact]
    public async Task Reconcile_OthersWriteWhileScannersRun_LosesNothingOfTheirs()
    {
        var approved = new Condition { Type = "Approved", Status = "True", LastTransitionTime = RoundSandbox.Start };
        _sandbox.Store.BeforeWrite = number =>
        {
            if (number == 2) _sandbox.SetStatus(status => status with { Webhook = new WebhookStatus { LastStatus = "Sent" }, Conditions = [approved] });
        };

        await RunUntilPublishedAsync(times: 1);

        _sandbox.Status.Webhook!.LastStatus.ShouldBe("Sent");
        _sandbox.Status.Conditions.ShouldContain(approved);
        _sandbox.Status.LastScanStatus.ShouldBe("Success");
    }

    /// <summary>Reconciles with a scanner that ends once the store was written into so often since it began.</summary>
    private async Task RunUntilPublishedAsync(int times)
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = int.MaxValue;
        _scan = token =>
        {
            Volatile.Write(ref started, _sandbox.Store.WriteAttempts);
            // A test that fails must end, too.
            return end.Task.WaitAsync(token);
        };
        var reconcile = _sandbox.ReconcileAsync();
        await Wait.UntilAsync(() => reconcile.IsCompleted || _sandbox.Store.WriteAttempts - (long)Volatile.Read(ref started) >= times, () =>
        {
            // Before the scanner runs, the registry's answers would come too late.
            if (Volatile.Read(ref started) < int.MaxValue) _sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        });
        end.TrySetResult(new ImageScanResult { Result = "Passed" });
        await reconcile;
    }
}
