using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Resources;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Reconciliation;

public sealed class RegistryReconcilerTests : IAsyncLifetime
{
    private static readonly ResourceKey Key = new("shop", "api");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly IRegistryStore _store = Substitute.For<IRegistryStore>();
    private readonly List<RegistryResource> _written = [];
    private readonly OciRegistryClientProvider _oci = new(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    private InMemoryRegistry _registry = null!;
    private RegistryReconciler _reconciler = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken);
        _registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
        var scan = new RegistryScan(new RegistryAccess([_oci], []), new ImageCache(), scanning: null, new ImageRecords(null, NullLogger<ImageRecords>.Instance), new StatusBudget(), _time, NullLogger<RegistryScan>.Instance);
        _reconciler = new RegistryReconciler(_store, scan, new ScanMemory(), _time, NullLogger<RegistryReconciler>.Instance);
        _store.ReplaceStatusAsync(Arg.Any<RegistryResource>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            _written.Add(call.Arg<RegistryResource>());
            return call.Arg<RegistryResource>();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _oci.Dispose();
    }

    [Fact]
    public async Task Reconcile_NewResource_IsGivenTheFinalizerAndScanned()
    {
        var resource = Resource() with { Metadata = Resource().Metadata with { Finalizers = [] } };
        Stored(resource);
        _store.AddFinalizerAsync(resource, Arg.Any<CancellationToken>()).Returns(Resource());

        var result = await ReconcileAsync();

        _written[^1].Status!.LastScanStatus.ShouldBe("Success");
        _written[^1].Status!.Images.ShouldHaveSingleItem().Tag.ShouldBe("1.0.0");
        // The interval, and up to a tenth more.
        result.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(300, 330);
    }

    [Fact]
    public async Task Reconcile_FaultThatNobodyThoughtOf_StandsInTheStatus()
    {
        var resource = Resource();
        Stored(resource with { Spec = resource.Spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } } });
        _store.GetSecretAsync("shop", "login", Arg.Any<CancellationToken>()).ThrowsAsync(new InvalidOperationException("made up"));

        var result = await ReconcileAsync();

        _written[^1].Status!.LastScanStatus.ShouldBe("Failed");
        _written[^1].Status!.Message.ShouldNotBeNull().ShouldContain("made up");
        result.ShouldNotBeNull();
    }

    [Fact]
    public async Task Reconcile_StatusConflict_IsWrittenOnTopOfTheLatestVersion()
    {
        var latest = Resource() with { Metadata = Resource().Metadata with { ResourceVersion = "9" }, Status = new RegistryStatus { Webhook = new WebhookStatus { LastStatus = "Sent" } } };
        _store.GetAsync(Key, Arg.Any<CancellationToken>()).Returns(Scanned(Resource()), latest);
        var conflicts = 0;
        _store.ReplaceStatusAsync(Arg.Any<RegistryResource>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            if (conflicts++ == 0) throw new StatusConflictException("changed");
            _written.Add(call.Arg<RegistryResource>());
            return call.Arg<RegistryResource>();
        });

        await ReconcileAsync();

        var written = _written.ShouldHaveSingleItem();
        written.Metadata.ResourceVersion.ShouldBe("9");
        written.Status!.LastScanStatus.ShouldBe("Success");
        written.Status.Webhook!.LastStatus.ShouldBe("Sent"); // what another wrote meanwhile
    }

    [Fact]
    public async Task Reconcile_ResourceReplacedByAnother_LeavesTheNewOneAlone()
    {
        _store.GetAsync(Key, Arg.Any<CancellationToken>()).Returns(Scanned(Resource()), Resource() with { Metadata = Resource().Metadata with { Uid = "another" } });
        _store.ReplaceStatusAsync(Arg.Any<RegistryResource>(), Arg.Any<CancellationToken>()).ThrowsAsync(new StatusConflictException("changed"));

        await ReconcileAsync();

        await _store.Received(1).ReplaceStatusAsync(Arg.Any<RegistryResource>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Reconcile_ConflictThatStays_FailsSoThatTheQueueRepeatsIt()
    {
        _store.GetAsync(Key, Arg.Any<CancellationToken>()).Returns(Scanned(Resource()));
        _store.ReplaceStatusAsync(Arg.Any<RegistryResource>(), Arg.Any<CancellationToken>()).ThrowsAsync(new StatusConflictException("changed"));

        await Should.ThrowAsync<StatusConflictException>(ReconcileAsync());
    }

    [Fact]
    public async Task Reconcile_NotDue_AsksTheRegistryNothingAndWaitsTheRest()
    {
        Stored(Scanned(Resource(), minutesAgo: 4) with { Status = Scanned(Resource(), minutesAgo: 4).Status! with { NextScanTime = _time.GetUtcNow() + TimeSpan.FromMinutes(1) } });

        (await ReconcileAsync()).ShouldBe(TimeSpan.FromMinutes(1));

        _registry.RequestCount.ShouldBe(0);
        _written.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_Suspended_SaysSoOnceAndKeepsTheImages()
    {
        var suspended = Scanned(Resource()) with { Spec = Resource().Spec with { Suspend = true }, Metadata = Resource().Metadata with { Generation = 2 } };
        Stored(suspended);

        (await ReconcileAsync()).ShouldBeNull();

        var written = _written.ShouldHaveSingleItem();
        written.Status!.Images.ShouldHaveSingleItem();
        written.Status.Conditions.Single(condition => condition.Type == "Ready").Reason.ShouldBe("Suspended");
        _registry.RequestCount.ShouldBe(0);

        Stored(written);
        await ReconcileAsync();
        _written.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reconcile_DeletedResource_LetsItGoWithoutAScan()
    {
        var deleted = Resource() with { Metadata = Resource().Metadata with { DeletionTimestamp = _time.GetUtcNow() } };
        Stored(deleted);

        await ReconcileAsync();

        await _store.Received(1).RemoveFinalizerAsync(deleted, Arg.Any<CancellationToken>());
        _registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Reconcile_RegistryFails_KeepsTheImagesAndTriesAgainSoonerEachTimeLater()
    {
        Stored(Scanned(Resource()));
        using var fault = _registry.Inject(Faults.Status(500));

        var first = await ReconcileAsync();
        var second = await ReconcileAsync();

        _written[^1].Status!.LastScanStatus.ShouldBe("Failed");
        _written[^1].Status!.Images.ShouldHaveSingleItem();
        first!.Value.TotalSeconds.ShouldBeInRange(15, 16.5);
        second!.Value.TotalSeconds.ShouldBeInRange(30, 33);
    }

    private async Task<TimeSpan?> ReconcileAsync() => (await _reconciler.ReconcileAsync(Key, TestContext.Current.CancellationToken)).RequeueAfter;

    private void Stored(RegistryResource resource) => _store.GetAsync(Key, Arg.Any<CancellationToken>()).Returns(resource);

    private RegistryResource Resource() => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "api", Uid = "1", Generation = 1, ResourceVersion = "1", Finalizers = [RegistryGroup.Finalizer] },
        Spec = new RegistrySpec { Url = _registry.Url.GetLeftPart(UriPartial.Authority), Repository = "shop/api", ScanConfig = new ScanConfigSpec { RetryAttempts = 0 } },
    };

    private RegistryResource Scanned(RegistryResource resource, int minutesAgo = 10) => resource with
    {
        Status = new RegistryStatus
        {
            ObservedGeneration = 1,
            LastScanStatus = "Success",
            LastScanTime = _time.GetUtcNow() - TimeSpan.FromMinutes(minutesAgo),
            Images = [new ImageStatus { Tag = "0.9.0", Digest = new ImageBuilder().Build().Digest.ToString() }],
        },
    };
}
