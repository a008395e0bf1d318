using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Rounds;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Reconciliation;

/// <summary>Resources that are changed, deleted or replaced, also while they are reconciled.</summary>
public sealed class ReconcileConflictTests : IAsyncLifetime
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
    public async Task Reconcile_Conflict_IsWrittenOnTopOfTheLatestVersionWithWhatOthersWrote()
    {
        var approved = new Condition { Type = "Approved", Status = "True", LastTransitionTime = RoundSandbox.Start };
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        Store.Written.Clear();
        await _sandbox.ReconcileOnceAsync(() => _sandbox.SetStatus(status => status with
        {
            Webhook = new WebhookStatus { LastStatus = "Sent" },
            Drift = new DriftStatus { LastCheckTime = RoundSandbox.Start },
            OtherFields = new Dictionary<string, System.Text.Json.JsonElement> { ["later"] = System.Text.Json.JsonElement.Parse("1") },
            Conditions = [.. status.Conditions, approved],
            Message = "others do not write this",
        }));

        var written = Store.Written.ShouldHaveSingleItem();
        written.LastScanTime.ShouldBe(_sandbox.Now);
        written.Message.ShouldBeNull();
        (written.Webhook!.LastStatus, written.Drift!.LastCheckTime, written.OtherFields!.Keys.Single()).ShouldBe(("Sent", RoundSandbox.Start, "later"));
        written.Conditions.ShouldContain(approved);
        written.Conditions.Select(condition => condition.Type).ShouldBe(["Ready", "Reconciling", "Approved"]);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task Reconcile_Conflicts_AreRepeatedFiveTimes(int conflicts, bool succeeds)
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        var attempts = 0;
        Store.BeforeWrite = _ =>
        {
            if (++attempts <= conflicts) _sandbox.SetStatus(status => status);
        };

        if (succeeds) await _sandbox.ReconcileAsync();
        else await Should.ThrowAsync<StatusConflictException>(_sandbox.ReconcileAsync());

        attempts.ShouldBe(5);
    }

    [Fact]
    public async Task Reconcile_ReplacedByANamesakeMeanwhile_LeavesTheNewOneAlone()
    {
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        Store.Written.Clear();

        await _sandbox.ReconcileOnceAsync(() => Store.Put(_sandbox.Resource with { Metadata = _sandbox.Resource.Metadata with { Uid = "2" }, Status = null }));

        Store.Written.ShouldBeEmpty();
        _sandbox.Resource.Status.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reconcile_GoneBeforeItIsScanned_AsksTheRegistryNothing(bool isReplaced)
    {
        var replacement = _sandbox.Resource with { Metadata = _sandbox.Resource.Metadata with { Uid = "2" } };
        await _sandbox.ReconcileOnceAsync(() => Store.Put(isReplaced ? replacement : null));

        _sandbox.Registry.RequestCount.ShouldBe(0);
        Store.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_DeletedResource_LetsItGoWithoutAScan()
    {
        Store.Change(resource => resource with
        {
            Metadata = resource.Metadata with { DeletionTimestamp = _sandbox.Now },
            Spec = resource.Spec with { Suspend = true },
        });

        (await _sandbox.ReconcileAsync()).ShouldBeNull();

        Store.FinalizersRemoved.ShouldBe(1);
        Store.Written.ShouldBeEmpty();
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Reconcile_DeletedResourceThatOthersHold_IsLeftToThem()
    {
        Store.Change(resource => resource with { Metadata = resource.Metadata with { DeletionTimestamp = _sandbox.Now, Finalizers = ["other"] } });

        (await _sandbox.ReconcileAsync()).ShouldBeNull();

        Store.FinalizersRemoved.ShouldBe(0);
        Store.FinalizersAdded.ShouldBe(0);
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)] // its deletion is seen
    [InlineData(false)] // the namesake is there before anybody looks
    public async Task Reconcile_NamesakeOfADeletedResource_KnowsNothingOfIt(bool deletionIsSeen)
    {
        await _sandbox.FailAsync();
        await _sandbox.FailAsync();
        var namesake = _sandbox.Resource with { Metadata = _sandbox.Resource.Metadata with { Uid = deletionIsSeen ? "1" : "2" }, Status = null };
        if (deletionIsSeen)
        {
            Store.Put(null);
            (await _sandbox.ReconcileAsync()).ShouldBeNull();
        }

        Store.Put(namesake);

        (await _sandbox.FailAsync()).ShouldBeInRange(15, 16.5);
    }

    [Fact]
    public async Task Reconcile_GoneResource_IsForgottenByTheRecords()
    {
        await using var sandbox = await RoundSandbox.StartAsync(scanner: null);
        sandbox.Push("1.0.0");
        await sandbox.ReconcileAsync();
        (await sandbox.Reports!.GetImagesAsync(ImageRecords.NameOf(RoundSandbox.Key), Cancel)).ShouldHaveSingleItem();

        sandbox.Store.Put(null);
        await sandbox.ReconcileAsync();

        (await sandbox.Reports.GetImagesAsync(ImageRecords.NameOf(RoundSandbox.Key), Cancel)).ShouldBeEmpty();
    }
}
