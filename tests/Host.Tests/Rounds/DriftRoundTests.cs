using System.Text.Json;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Rounds of a resource with drift detection: <c>status.drift</c>, whose it is, and why it may be old.</summary>
public sealed class DriftRoundTests : IAsyncLifetime
{
    private readonly FakeRegistryScanner _scanner = new()
    {
        Descriptor = new ScannerDescriptor("drift", ScannerKind.Drift, "1.0.0"),
        Scan = (_, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult
        {
            Result = "Compared",
            Workloads = [Workload("app", DriftState.Latest)],
            Documents = [SampleReports.Document("[1]")],
        }),
    };

    private RoundSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DriftStatus Drift => _sandbox.Status.Drift.ShouldNotBeNull();

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = new DriftDetectionSpec { Enabled = true } });
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_SwitchedOn_FillsTheSection()
    {
        await _sandbox.ScanAsync();

        (Drift.Scanner, Drift.LastCheckTime, Drift.Reason, Drift.Message).ShouldBe(("drift", RoundSandbox.Start, null, null));
        Drift.Workloads.ShouldHaveSingleItem().Name.ShouldBe("app");
        Drift.Summary.ShouldBe(new DriftSummaryStatus { Total = 1, Latest = 1 });
        Drift.Documents.ShouldHaveSingleItem().Size.ShouldBe(3);
        _sandbox.Status.Scans.ShouldBeEmpty();
        _sandbox.ConditionOf("ScannersReady")!.Message.ShouldBe("drift tool 1 (database db 1)");
    }

    /// <summary>As <c>scan</c> does over the same data directory: no status is given, and the report store has what earlier scans saw.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_WithoutAStatus_TellsSinceWhenTheTagsAreKnown(bool isCompared)
    {
        if (!isCompared) _sandbox.ChangeSpec(spec => spec with { DriftDetection = null });
        _sandbox.Push("1.1.0");
        await ScanOnceAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _sandbox.Push("1.0.0", "rewritten");
        await ScanOnceAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        await ScanOnceAsync();

        _sandbox.Status.Images.ShouldAllBe(image => image.Timestamps!.FirstSeen == RoundSandbox.Start);
        _sandbox.Of("1.1.0")!.Timestamps!.UnchangedSince.ShouldBe(isCompared ? RoundSandbox.Start : null);
        _sandbox.Of("1.0.0")!.Timestamps!.UnchangedSince.ShouldBe(isCompared ? RoundSandbox.Start.AddHours(1) : null);

        Task ScanOnceAsync()
        {
            _sandbox.Restart();
            _sandbox.Store.Put(_sandbox.Resource with { Status = null, Metadata = _sandbox.Resource.Metadata with { Uid = null } });
            return _sandbox.ScanAsync();
        }
    }

    [Theory]
    [InlineData(null, 300)] // spec.scanInterval
    [InlineData(600, 600)]
    public async Task Scan_Again_RunsAfterTheCheckInterval(int? interval, int seconds)
    {
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = spec.DriftDetection! with { CheckInterval = interval } });
        await _sandbox.ScanAsync();

        _sandbox.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(1);

        _sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        await _sandbox.ScanAsync();
        _scanner.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_Again_IsToldItsLastResultInItsOwnType()
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        await _sandbox.ScanAsync();

        _scanner.LastRequest.Last!.Value.ShouldBeOfType<DriftScanResult>().Workloads.ShouldHaveSingleItem().State.ShouldBe(DriftState.Latest);
    }

    [Fact]
    public async Task Scan_OtherScannerWithOptions_IsTheOneNamed()
    {
        _sandbox.RegistryScanners.Add(new FakeRegistryScanner
        {
            Descriptor = new ScannerDescriptor("other", ScannerKind.Drift, "1.0.0") { OptionsType = typeof(RegistryScannerRoundTests.Options) },
            Scan = (_, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult { Result = "Compared", Workloads = [] }),
        });
        _sandbox.Restart();
        var options = JsonElement.Parse("""{"days": 3}""");
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = spec.DriftDetection! with { Scanner = "other", Options = options } });

        await _sandbox.ScanAsync();

        _scanner.Calls.ShouldBe(0);
        Drift.Scanner.ShouldBe("other");
        _sandbox.RegistryScanners[1].LastRequest.Options.ShouldBe(new RegistryScannerRoundTests.Options { Days = 3 });

        _sandbox.ChangeSpec(spec => spec with { DriftDetection = spec.DriftDetection! with { Options = JsonElement.Parse("""{"weeks": 3}""") } });
        await _sandbox.ScanAsync();
        (Drift.Reason, Drift.Message).ShouldBe(("InvalidOptions", "spec.driftDetection.options.weeks: unknown option; known are days."));
        Drift.Summary.ShouldBe(new DriftSummaryStatus());
    }

    [Theory]
    [InlineData("fails", "Failed", "drift failed. InvalidOperationException: It is broken.")]
    [InlineData("other type", "InvalidContent", "drift is of kind drift but does not return a DriftScanResult.")]
    [InlineData("not installed", "ScannerUnavailable", "spec.driftDetection.scanner: no scanner 'drift' of kind drift is installed (installed: other).")]
    public async Task Scan_Fails_KeepsTheLastResultWithTheReason(string how, string reason, string message)
    {
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _scanner.Scan = (_, _) => how == "fails"
            ? throw new InvalidOperationException("It is broken.")
            : Task.FromResult(new RegistryScanResult { Result = "Passed" });
        if (how == "not installed")
        {
            _sandbox.RegistryScanners[0] = new FakeRegistryScanner { Descriptor = new ScannerDescriptor("other", ScannerKind.Drift, "1.0.0") };
            _sandbox.Restart();
        }

        await _sandbox.ScanAsync();

        (Drift.Workloads.Count, Drift.LastCheckTime, Drift.Reason).ShouldBe((1, RoundSandbox.Start, reason));
        Drift.Message!.ShouldStartWith(message);
    }

    [Fact]
    public async Task Scan_NoScannerInstalled_SaysSoWhereItStandsAndInTheCondition()
    {
        _sandbox.RegistryScanners[0] = new FakeRegistryScanner();
        _sandbox.Restart();

        await _sandbox.ScanAsync();

        const string Message =
            "spec.driftDetection.scanner: no scanner 'drift' of kind drift is installed (installed: none). Install its plugin or correct the name; " +
            "'registry-operator plugins list' tells of plugins that do not run.";
        (Drift.Summary, Drift.LastCheckTime, Drift.Reason, Drift.Message).ShouldBe((null, null, "ScannerUnavailable", Message));
        _sandbox.ConditionOf("ScannersReady")!.Message.ShouldBe(Message);
    }

    /// <summary>What another controller writes there is its own business.</summary>
    [Fact]
    public async Task Scan_SwitchedOff_LeavesTheSectionToOthers()
    {
        await _sandbox.ScanAsync();
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = null });
        _sandbox.SetStatus(RoundSandbox.WithOthers);

        await _sandbox.ScanAsync();

        (Drift.LastCheckTime, Drift.Workloads.Count).ShouldBe((RoundSandbox.Start, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reconcile_OthersWriteTheSectionMeanwhile_KeepsTheirsWhereItIsOff(bool isOn)
    {
        if (!isOn) _sandbox.ChangeSpec(spec => spec with { DriftDetection = null });
        // Announced first: that the spec is new.
        await _sandbox.ReconcileAsync();
        _sandbox.Time.Advance(TimeSpan.FromHours(1));

        await _sandbox.ReconcileOnceAsync(() => _sandbox.SetStatus(status => status with { Drift = new DriftStatus { Scanner = "another controller" } }));

        Drift.Scanner.ShouldBe(isOn ? "drift" : "another controller");
    }

    [Theory]
    [InlineData(null, 600)] // the list of tags is read before, and drift with it
    [InlineData(60, 60)]
    public async Task UntilScannersDue_Drift_ComesBackForItWhereTheTagsAreNotListedBefore(int? interval, int seconds)
    {
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = spec.DriftDetection! with { CheckInterval = interval } });
        await _sandbox.ScanAsync();

        RoundSchedule.UntilScannersDue(_sandbox.Resource, ScanParts.Kinds, _sandbox.Entry.ScannersRun, _sandbox.Now).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task RunScanners_Alone_UpdatesTheSection()
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 86_400, DriftDetection = spec.DriftDetection! with { CheckInterval = 60 } });
        await _sandbox.ScanAsync();
        var found = new DriftScanResult { Result = "Compared", Workloads = [Workload("app", DriftState.Outdated)] };
        _scanner.Scan = (_, _) => Task.FromResult<RegistryScanResult>(found);
        _sandbox.Time.Advance(TimeSpan.FromMinutes(1));

        var status = await _sandbox.Scan.RunScannersAsync(_sandbox.Resource, _sandbox.Store, _sandbox.Entry, Cancel);

        status!.Drift!.Summary!.Outdated.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_Workloads_ShowWhoRunsAnImageUntilDriftIsSwitchedOff()
    {
        var index = new WorkloadIndex();
        index.Replace([Deployment(_sandbox.Registry.Url.Authority)]);
        _sandbox.Workloads = index;
        _sandbox.Restart();
        await _sandbox.ScanAsync();
        _sandbox.Of("1.0.0")!.Usage!.WorkloadCount.ShouldBe(1);

        index.Replace(null, "The cluster does not answer.");
        await _sandbox.ScanAsync();
        _sandbox.Of("1.0.0")!.Usage!.WorkloadCount.ShouldBe(1);

        _sandbox.ChangeSpec(spec => spec with { DriftDetection = null });
        await _sandbox.ScanAsync();
        _sandbox.Of("1.0.0")!.Usage.ShouldBeNull();
    }

    /// <summary>Workloads that change make a resource's scanners due; what fails before them must not make it due for ever.</summary>
    [Theory]
    [InlineData("a Secret is missing")]
    [InlineData("drift is switched off")]
    [InlineData("")]
    public async Task Reconcile_AfterWorkloadsHaveChanged_WaitsAgain(string how)
    {
        var index = new WorkloadIndex();
        index.Attach(key => _sandbox.Memory.WorkloadsChanged(key));
        index.Replace([Deployment(_sandbox.Registry.Url.Authority)]);
        _sandbox.Workloads = index;
        _sandbox.Restart();
        await _sandbox.ReconcileAsync();
        await _sandbox.ReconcileAsync();
        index.Replace([]);
        _sandbox.ChangeSpec(spec => how switch
        {
            "a Secret is missing" => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "missing" } },
            "drift is switched off" => spec with { DriftDetection = null },
            _ => spec,
        });

        for (var i = 0; i < 3; i++)
        {
            var due = await _sandbox.ReconcileAsync();
            due.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        }
    }

    private static Workload Deployment(string registry) => new()
    {
        Kind = "Deployment",
        Namespace = "shop",
        Name = "app",
        Containers = [new WorkloadContainer { Name = "app", Image = $"{registry}/{RoundSandbox.Repository}:1.0.0" }],
    };

    private static WorkloadDrift Workload(string name, DriftState state) => new() { Namespace = "shop", Kind = "Deployment", Name = name, State = state };
}
