using NSubstitute;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Tests.Fakes;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Rounds with a scanner: what of them is published, repeated, and kept between scans of the tag list.</summary>
public sealed class ScannerRoundTests : IAsyncLifetime
{
    private readonly FakeScanner _scanner;
    private RoundSandbox _sandbox = null!;
    private Func<CancellationToken, Task<ImageScanResult>> _scan = _ => Passed();

    public ScannerRoundTests() => _scanner = new FakeScanner((_, token) => _scan(token));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Push("1.0.0");
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_Scanner_HasItsResultAndSaysThatItIsReady()
    {
        _scan = _ =>
        {
            _sandbox.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Passed();
        };

        await _sandbox.ScanAsync();

        _sandbox.Of("1.0.0")!.Scans["fake"].Result.ShouldBe("Passed");
        (_sandbox.ConditionOf("ScannersReady")!.Status, _sandbox.ConditionOf("ScannersReady")!.Message).ShouldBe(("True", "fake tool 1"));
        // At the end of the round, not at its beginning.
        _sandbox.Entry.ScannersRun.ShouldBe(RoundSandbox.Start.AddMilliseconds(100));
    }

    [Fact]
    public async Task Scan_ScannerThatCantWork_SaysWhyAndSucceeds()
    {
        _scanner.Readiness = ScannerReadiness.Unavailable("no tool");

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        (_sandbox.ConditionOf("ScannersReady")!.Status, _sandbox.ConditionOf("ScannersReady")!.Reason).ShouldBe(("False", "ScannerUnavailable"));
        _sandbox.ConditionOf("ScannersReady")!.Message.ShouldNotBeNull().ShouldContain("no tool");
    }

    [Fact]
    public async Task Scan_RegistryFailsLater_KeepsTheScannersCondition()
    {
        await _sandbox.ScanAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500));

        await _sandbox.ScanAsync();

        _sandbox.ConditionOf("ScannersReady")!.Status.ShouldBe("True");
        _sandbox.Of("1.0.0")!.Scans["fake"].Result.ShouldBe("Passed");
    }

    [Fact]
    public async Task Scan_FailsAfterTheScannersLeftTheSpec_HasNoConditionOfThem()
    {
        await _sandbox.ScanAsync();
        _sandbox.ConditionOf("ScannersReady").ShouldNotBeNull();
        _sandbox.ChangeSpec(spec => spec with { Scanners = [] });
        using var fault = _sandbox.Registry.Inject(Faults.Status(500));

        (await _sandbox.ScanAsync()).Failure.ShouldNotBeNull();

        _sandbox.ConditionOf("ScannersReady").ShouldBeNull();
    }

    [Fact]
    public async Task Scan_PublishedStatusTooLarge_IsCut()
    {
        _sandbox.Restart(new StatusBudget(ScanParts.Kinds, 1_200), _scanner);
        for (var i = 1; i < 6; i++) _sandbox.Push($"1.{i}.0");
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = end.Task.WaitAsync;
        var published = new List<RegistryStatus>();
        var scan = _sandbox.ScanAsync(publish: status =>
        {
            published.Add(status);
            end.TrySetResult(new ImageScanResult { Result = "Passed" });
            return Task.CompletedTask;
        });

        await PassTimeUntilAsync(() => published.Count > 0 || scan.IsCompleted, calls: 1);
        await scan;

        published[0].Truncated.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("provenance")]
    [InlineData("drift")]
    public async Task Scan_SectionWhoseScannerIsNotInstalled_IsToldBesideTheScanners(string kind)
    {
        _sandbox.ChangeSpec(spec => kind == "drift"
            ? spec with { DriftDetection = new DriftDetectionSpec { Enabled = true } }
            : spec with { ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true } });

        await _sandbox.ScanAsync();

        var condition = _sandbox.ConditionOf("ScannersReady")!;
        (condition.Status, condition.Reason).ShouldBe(("False", "ScannerUnavailable"));
        condition.Message.ShouldNotBeNull().ShouldContain($"no scanner '{kind}' of kind {kind} is installed (installed: none)");

        // The scanners alone: the same.
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        var status = await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);
        status!.Conditions.ShouldContain(same => same == condition);

        // A round that fails asks no scanner: what is known of them stays.
        using var fault = _sandbox.Registry.Inject(Faults.Status(500));
        await _sandbox.ScanAsync();
        _sandbox.ConditionOf("ScannersReady")!.Message.ShouldBe(condition.Message);
    }

    [Fact]
    public async Task Scan_TagMoved_IsScannedAnew()
    {
        await _sandbox.ScanAsync();
        _scan = _ => Task.FromResult(new ImageScanResult { Result = "Failed" });
        _sandbox.Push("1.0.0", "moved");

        await _sandbox.ScanAsync();

        _sandbox.Of("1.0.0")!.Scans["fake"].Result.ShouldBe("Failed");
        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_WhileScannersRun_PublishesWhatIsKnownWithoutCountingAsAScan()
    {
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = end.Task.WaitAsync;
        var published = new List<RegistryStatus>();
        var scan = _sandbox.ScanAsync(publish: status =>
        {
            published.Add(status);
            end.TrySetResult(new ImageScanResult { Result = "Passed" });
            return Task.CompletedTask;
        });

        await PassTimeUntilAsync(() => published.Count > 0 || scan.IsCompleted, calls: 1);
        await scan;

        var first = published[0];
        first.Images.ShouldHaveSingleItem().Config!.Labels["content"].ShouldBe("1.0.0");
        first.Tags!.Found.ShouldBe(1);
        (first.LastScanStatus, first.LastScanTime, first.ObservedGeneration).ShouldBe((null, null, null));
        first.Conditions.Select(condition => (condition.Type, condition.Status)).ShouldBe([("Ready", "Unknown"), ("Reconciling", "True")]);
        _sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Success);
    }

    [Fact]
    public async Task Scan_WhileScannersRunAgain_PublishesOnTopOfTheLastStatus()
    {
        await _sandbox.ScanAsync();
        _sandbox.SetStatus(status => status with { Webhook = new WebhookStatus { LastStatus = "Sent" } });
        var before = _sandbox.Status;
        _sandbox.Push("1.1.0");
        var end = new TaskCompletionSource<ImageScanResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scan = end.Task.WaitAsync;
        var published = new List<RegistryStatus>();
        var scan = _sandbox.ScanAsync(publish: status =>
        {
            published.Add(status);
            end.TrySetResult(new ImageScanResult { Result = "Passed" });
            return Task.CompletedTask;
        });

        await PassTimeUntilAsync(() => published.Count > 0 || scan.IsCompleted, calls: 2);
        await scan;

        (published[0].LastScanStatus, published[0].LastScanTime, published[0].Webhook!.LastStatus)
            .ShouldBe((before.LastScanStatus, before.LastScanTime, "Sent"));
        published[0].Images.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_Asked_ScansAgainWhatIsNotDueAndOnlyUntilItIsDone()
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(1);

        _sandbox.AskForScan("now");
        using (_sandbox.Registry.Inject(Faults.Status(500))) await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(1);

        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(2);
        _sandbox.Entry.Asked.ShouldBeNull();
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_Progress_IsToldOfScans()
    {
        var progress = Substitute.For<IRoundProgress>();

        await _sandbox.ScanAsync(progress);

        progress.Received(1).ScansPlanned(1);
        progress.Received(1).ScanEnded();
    }

    [Fact]
    public async Task RunScanners_ImagesOfTheLastScan_AreScannedWithoutListingOrReading()
    {
        await _sandbox.ScanAsync();
        _scanner.Readiness = ScannerReadiness.Ready("tool 2");
        _scan = _ => Task.FromResult(new ImageScanResult { Result = "Failed" });
        _sandbox.Time.Advance(TimeSpan.FromHours(2));
        _sandbox.Registry.Log.Clear();

        var status = await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        status!.Images.ShouldHaveSingleItem().Scans["fake"].Result.ShouldBe("Failed");
        status.ShouldBe(_sandbox.Status with { Images = status.Images, Conditions = status.Conditions });
        status.Conditions.Single(condition => condition.Type == "ScannersReady").Message.ShouldBe("fake tool 2");
        status.Conditions.Select(condition => condition.Type).ShouldBe(_sandbox.Status.Conditions.Select(condition => condition.Type));
        _sandbox.Registry.RequestCount.ShouldBe(0);
        _sandbox.Entry.ScannersRun.ShouldBe(RoundSandbox.Start.AddHours(2));
    }

    [Fact]
    public async Task RunScanners_RegistryCantBeOpened_SaysNothingAndCountsAsARun()
    {
        await _sandbox.ScanAsync();
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "missing" } });
        _sandbox.Time.Advance(TimeSpan.FromHours(2));

        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel)).ShouldBeNull();

        _sandbox.Entry.ScannersRun.ShouldBe(RoundSandbox.Start.AddHours(2));
        _scanner.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task RunScanners_SecretThatCantBeUsedOrInvalidSpec_SaysNothing()
    {
        await _sandbox.ScanAsync();
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        _sandbox.Store.Secrets["login"] = new() { Namespace = "shop", Name = "login", Data = new Dictionary<string, ReadOnlyMemory<byte>>() };
        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel)).ShouldBeNull();

        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = null, ScanInterval = 0 });
        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task RunScanners_FaultThatNobodyThoughtOf_IsNotPassedOver()
    {
        await _sandbox.ScanAsync();
        var secrets = Substitute.For<ISecretSource>();
        secrets.GetSecretAsync("shop", "login", Arg.Any<CancellationToken>())
            .Returns<RegistryOperator.Abstractions.Authentication.CredentialSecret?>(_ => throw new InvalidOperationException("made up"));
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });

        await Should.ThrowAsync<InvalidOperationException>(_sandbox.Scan.RunScannersAsync(_sandbox.Resource, secrets, _sandbox.Entry, Cancel));
    }

    [Fact]
    public async Task RunScanners_StatusTooLarge_IsCut()
    {
        await _sandbox.ScanAsync();
        _sandbox.Restart(new StatusBudget(ScanParts.Kinds, 700), _scanner);

        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel))!.Truncated.ShouldNotBeNull();
    }

    [Fact]
    public async Task RunScanners_NothingToRunOrNeverScanned_SaysNothing()
    {
        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel)).ShouldBeNull();

        await _sandbox.ScanAsync();
        _sandbox.Restart(scanner: null);
        (await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Scan_CancelledWhileAScannerRuns_HasNoOutcome()
    {
        using var cancellation = new CancellationTokenSource();
        _scan = async token =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
            return await Passed();
        };

        await Should.ThrowAsync<OperationCanceledException>(_sandbox.ScanAsync(cancellationToken: cancellation.Token));

        _sandbox.Resource.Status.ShouldBeNull();
    }

    /// <summary>Moves the clock once the scanner runs: before, the registry's answers would come too late.</summary>
    private Task PassTimeUntilAsync(Func<bool> condition, int calls) => Wait.UntilAsync(condition, () =>
    {
        if (_scanner.Calls >= calls) _sandbox.Time.Advance(TimeSpan.FromMilliseconds(250));
    });

    private static Task<ImageScanResult> Passed() => Task.FromResult(new ImageScanResult { Result = "Passed" });
}
