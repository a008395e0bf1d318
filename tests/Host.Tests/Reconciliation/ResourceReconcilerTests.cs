using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Reconciliation;

public sealed class ResourceReconcilerTests : IAsyncLifetime
{
    private RoundSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OneRegistryStore Store => _sandbox.Store;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync();
        _sandbox.Push("1.0.0");
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Reconcile_NewResource_IsGivenTheFinalizerAnnouncedAndScanned()
    {
        Store.Change(resource => resource with { Metadata = resource.Metadata with { Finalizers = [] } });

        var result = await _sandbox.ReconcileAsync();

        Store.FinalizersAdded.ShouldBe(1);
        Store.Written.Count.ShouldBe(2);
        (Store.Written[0].ObservedGeneration, Store.Written[0].LastScanStatus).ShouldBe((null, null));
        Store.Written[0].Conditions.Select(condition => (condition.Type, condition.Status, condition.Reason))
            .ShouldBe([("Ready", "Unknown", "Scanning"), ("Reconciling", "True", "Scanning")]);
        _sandbox.Status.LastScanStatus.ShouldBe("Success");
        _sandbox.Status.Images.ShouldHaveSingleItem().Tag.ShouldBe("1.0.0");
        // The interval, and up to a tenth more.
        result.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(300, 330);
        (_sandbox.Status.NextScanTime!.Value - (RoundSandbox.Start + result.Value)).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Reconcile_NextRounds_AreNotAnnouncedAndAddNoFinalizer()
    {
        await _sandbox.ReconcileAsync();
        Store.Written.Clear();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));

        await _sandbox.ReconcileAsync();

        Store.Written.ShouldHaveSingleItem().LastScanStatus.ShouldBe("Success");
        Store.FinalizersAdded.ShouldBe(0);
        _sandbox.ConditionOf("Ready")!.LastTransitionTime.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Reconcile_SpecChanged_IsAnnouncedAndScannedAtOnce()
    {
        await _sandbox.ReconcileAsync();
        Store.Written.Clear();
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Include = "1" } });

        await _sandbox.ReconcileAsync();

        Store.Written.Select(status => status.ObservedGeneration).ShouldBe([1, 2]);
        Store.Written[0].Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Reconcile_FaultThatNobodyThoughtOf_StandsInTheStatus()
    {
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        var store = Substitute.For<IResourceStore>();
        store.GetAsync(RoundSandbox.Key, Cancel).Returns(_ => Store.Resource);
        store.ReplaceStatusAsync(Arg.Any<RegistryResource>(), Cancel).Returns(call => Store.ReplaceStatusAsync(call.Arg<RegistryResource>(), Cancel));
        store.GetSecretAsync("shop", "login", Arg.Any<CancellationToken>()).ThrowsAsync(new InvalidOperationException("made up"));

        using var events = new RegistryEvents(store, ScanParts.Kinds, NullLogger<RegistryEvents>.Instance);
        var reconciler = new ResourceReconciler(
            store, ScanParts.Kinds, _sandbox.Scan, _sandbox.Memory, events, _sandbox.Time, NullLogger<ResourceReconciler>.Instance);
        var result = await reconciler.ReconcileAsync(RoundSandbox.Key, Cancel);

        _sandbox.Status.LastScanStatus.ShouldBe("Failed");
        _sandbox.Status.Message.ShouldNotBeNull().ShouldContain("made up");
        result.RequeueAfter!.Value.TotalSeconds.ShouldBeInRange(15, 16.5);
    }

    [Fact]
    public async Task Reconcile_NotDue_AsksTheRegistryNothingAndWaitsTheRest()
    {
        await _sandbox.ReconcileAsync();
        var next = _sandbox.Status.NextScanTime!.Value;
        Store.Written.Clear();
        _sandbox.Registry.Log.Clear();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(4));

        (await _sandbox.ReconcileAsync()).ShouldBe(next - _sandbox.Now);

        _sandbox.Registry.RequestCount.ShouldBe(0);
        Store.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_LastScanInTheFuture_ScansNow()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.SetStatus(status => status with
        {
            LastScanTime = RoundSandbox.Start.AddYears(73),
            NextScanTime = RoundSandbox.Start.AddYears(73).AddSeconds(5),
        });

        await _sandbox.ReconcileAsync();

        _sandbox.Status.LastScanTime.ShouldBe(RoundSandbox.Start);
        _sandbox.Status.NextScanTime!.Value.ShouldBeLessThanOrEqualTo(RoundSandbox.Start.AddSeconds(330));
    }

    [Fact]
    public async Task Reconcile_Request_IsScannedOnceThoughNotDue()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.AskForScan("please");
        _sandbox.Registry.Log.Clear();

        await _sandbox.ReconcileAsync();
        var requests = _sandbox.Registry.RequestCount;
        requests.ShouldBeGreaterThan(0);
        _sandbox.Status.LastHandledScanRequest.ShouldBe("please");

        await _sandbox.ReconcileAsync();
        _sandbox.Registry.RequestCount.ShouldBe(requests);
    }

    [Fact]
    public async Task Reconcile_RequestedAgainMeanwhile_IsScannedAgain()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.AskForScan("1");
        await _sandbox.ReconcileOnceAsync(() => _sandbox.AskForScan("2"));
        _sandbox.Status.LastHandledScanRequest.ShouldBe("1");
        _sandbox.Registry.Log.Clear();

        await _sandbox.ReconcileAsync();

        _sandbox.Registry.RequestCount.ShouldBeGreaterThan(0);
        _sandbox.Status.LastHandledScanRequest.ShouldBe("2");
    }

    [Fact]
    public async Task Reconcile_Suspended_SaysSoOnceAndKeepsTheImages()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.ChangeSpec(spec => spec with { Suspend = true });
        _sandbox.AskForScan("please");
        Store.Written.Clear();
        _sandbox.Registry.Log.Clear();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        (await _sandbox.ReconcileAsync()).ShouldBeNull();
        (await _sandbox.ReconcileAsync()).ShouldBeNull();

        var written = Store.Written.ShouldHaveSingleItem();
        written.Images.ShouldHaveSingleItem();
        (written.ObservedGeneration, written.NextScanTime, written.LastScanTime).ShouldBe((2, null, RoundSandbox.Start));
        (_sandbox.ConditionOf("Ready")!.Status, _sandbox.ConditionOf("Ready")!.Reason, _sandbox.ConditionOf("Reconciling")!.Status)
            .ShouldBe(("Unknown", "Suspended", "False"));
        _sandbox.Registry.RequestCount.ShouldBe(0);

        _sandbox.ChangeSpec(spec => spec with { Suspend = false });
        (await _sandbox.ReconcileAsync()).ShouldNotBeNull();
        _sandbox.ConditionOf("Ready")!.Status.ShouldBe("True");
        _sandbox.Status.LastHandledScanRequest.ShouldBe("please");
    }

    [Fact]
    public async Task Reconcile_RegistryFails_KeepsTheImagesAndTriesAgainLaterEachTime()
    {
        await _sandbox.ReconcileAsync();

        (await _sandbox.FailAsync()).ShouldBeInRange(15, 16.5);
        (await _sandbox.FailAsync()).ShouldBeInRange(30, 33);
        (await _sandbox.FailAsync()).ShouldBeInRange(60, 66);
        _sandbox.Log.Entries.ShouldBe(Enumerable.Repeat($"shop/api: RegistryUnavailable: {_sandbox.Status.Message}", 3));

        _sandbox.Status.LastScanStatus.ShouldBe("Failed");
        _sandbox.Status.Images.ShouldHaveSingleItem();
        _sandbox.ConditionOf("Ready")!.Status.ShouldBe("False");
    }

    [Fact]
    public async Task Reconcile_SuccessInBetween_BeginsAnewWithTheShortestDelay()
    {
        await _sandbox.FailAsync();
        await _sandbox.FailAsync();
        _sandbox.AskForScan("now");
        await _sandbox.ReconcileAsync();
        _sandbox.Status.LastScanStatus.ShouldBe("Success");

        (await _sandbox.FailAsync()).ShouldBeInRange(15, 16.5);
    }

    [Theory]
    [InlineData(600, 600)]
    [InlineData(5, 15)]
    public async Task Reconcile_Throttled_WaitsAsLongAsTheRegistryAsksAlsoAfterARestart(int retryAfter, int seconds)
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        using (_sandbox.Registry.Inject(Faults.TooManyRequests(TimeSpan.FromSeconds(retryAfter))))
            (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeInRange(seconds, seconds * 1.1);
        _sandbox.Status.LastScanStatus.ShouldBe("Failed");
        _sandbox.ConditionOf("Ready")!.Reason.ShouldBe(ScanReasons.RateLimited);
        (_sandbox.Status.NextScanTime!.Value - _sandbox.Now).TotalSeconds.ShouldBeInRange(seconds - 1, seconds * 1.1);

        _sandbox.Restart();
        _sandbox.Registry.Log.Clear();
        _sandbox.Time.Advance(TimeSpan.FromSeconds(seconds - 5));
        (await _sandbox.ReconcileAsync())!.Value.TotalSeconds.ShouldBeInRange(4, seconds * 0.1 + 5);
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Reconcile_RegistryAsksForDays_IsBelievedForHoursAtMost()
    {
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests(TimeSpan.FromDays(30)));

        (await _sandbox.ReconcileAsync())!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task Reconcile_InvalidSpec_WaitsForAChange()
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 0 });

        (await _sandbox.ReconcileAsync()).ShouldBeNull();

        _sandbox.Status.NextScanTime.ShouldBeNull();
        _sandbox.ConditionOf("Stalled")!.Status.ShouldBe("True");
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 300 });
        (await _sandbox.ReconcileAsync()).ShouldNotBeNull();
        _sandbox.ConditionOf("Stalled").ShouldBeNull();
    }

    [Fact]
    public async Task Reconcile_Cancelled_WritesNothingAndCountsNoFailure()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        Store.Written.Clear();
        using var cancellation = new CancellationTokenSource();
        using (_sandbox.Registry.Inject(_ =>
        {
            cancellation.Cancel();
            return Task.FromResult(false);
        }))
        {
            await Should.ThrowAsync<OperationCanceledException>(_sandbox.Reconciler.ReconcileAsync(RoundSandbox.Key, cancellation.Token));
        }

        Store.Written.ShouldBeEmpty();
        _sandbox.Entry.FailuresInARow.ShouldBe(0);
    }
}
