using System.Diagnostics.Metrics;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Reconciliation;

/// <summary>What is told once, beside the status: rewritten tags, images and repositories that are gone.</summary>
public sealed class RegistryEventsTests : IAsyncLifetime
{
    private readonly List<WorkloadDrift> _found = [];
    private readonly FakeRegistryScanner _scanner;

    private RoundSandbox _sandbox = null!;

    public RegistryEventsTests() => _scanner = new FakeRegistryScanner
    {
        Descriptor = new ScannerDescriptor("drift", ScannerKind.Drift, "1.0.0"),
        Scan = (_, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult { Result = "Compared", Workloads = [.. _found] }),
    };

    private List<string> Told => [.. _sandbox.Store.Events.Select(told => $"{told.Reason}: {told.Message}")];

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = new DriftDetectionSpec { Enabled = true } });
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(TagChangeKind.TagRewritten, "TagRewritten")]
    [InlineData(TagChangeKind.MissingUpstream, "MissingUpstream")]
    [InlineData(TagChangeKind.TagMoved, null)]
    [InlineData(TagChangeKind.Rebuilt, null)]
    public async Task Reconcile_Change_IsToldOnceWhereNobodyExpectsIt(TagChangeKind change, string? reason)
    {
        _found.Add(Workload("app", change));
        await ReconcileLaterAsync();
        _sandbox.Restart();
        await ReconcileLaterAsync();

        Told.ShouldBe(reason is null ? [] : [$"{reason}: Deployment/shop/app runs 1.0.0: Something has changed."]);
        _sandbox.EventLog.Entries.Count.ShouldBe(Told.Count);
    }

    [Fact]
    public async Task Reconcile_TagIsRewrittenOnceMore_IsToldAgain()
    {
        _found.Add(Workload("app", TagChangeKind.TagRewritten));
        await ReconcileLaterAsync();
        _sandbox.Push("1.0.0", "another");
        await ReconcileLaterAsync();
        await ReconcileLaterAsync();

        Told.Count.ShouldBe(2);
    }

    /// <summary>A workload that writes its image in another form runs the same one.</summary>
    [Theory]
    [InlineData("nginx:1.0.0", "docker.io/library/nginx:1.0.0", 1)]
    [InlineData("nginx:1.0.0", "registry-1.docker.io/library/nginx:1.0.0@A", 1)]
    [InlineData("nginx:1.0.0@A", "nginx:1.0.0", 1)]
    [InlineData("nginx:1.0.0@A", "nginx@A", 1)]
    [InlineData("nginx@A", "nginx:1.0.0", 1)] // the tag is the one that was found for the digest
    [InlineData("registry.example.com/shop/api:1.0.0", "registry.example.com:443/shop/api:1.0.0", 1)]
    [InlineData("registry.example.com/shop/api:1.0.0", "mirror.example.com/shop/api:1.0.0", 1)]
    [InlineData("nginx:1.0.0", "nginx:1.0.1", 2)]
    [InlineData("nginx:1.0.0@A", "nginx:1.0.0@B", 2)]
    [InlineData("nginx@A", "nginx@B", 2)]
    [InlineData("nginx:1.0.0@A", "nginx:1.0.1@A", 2)]
    [InlineData("nginx:1.0.0", "nginx/unit:1.0.0", 2)]
    [InlineData("no image", "nginx:1.0.0", 2)]
    public async Task Reconcile_WorkloadNamesItsImageAnew_IsToldAgainWhereItIsAnother(string before, string after, int expected)
    {
        foreach (var change in (TagChangeKind[])[TagChangeKind.MissingUpstream, TagChangeKind.TagRewritten])
        {
            _sandbox.Store.Events.Clear();
            foreach (var image in (string[])[before, after])
            {
                var written = image.Replace("@A", "@sha256:" + new string('a', 64), StringComparison.Ordinal)
                    .Replace("@B", "@sha256:" + new string('b', 64), StringComparison.Ordinal);
                _found.Clear();
                _found.Add(Workload("app", change) with { CurrentImage = written });
                await ReconcileLaterAsync();
            }

            Told.Count.ShouldBe(expected, $"{change}");
        }
    }

    /// <summary>A workload is shown by one of its images, and an alarm may be about another.</summary>
    [Fact]
    public async Task Reconcile_AnotherImageOfTheWorkloadIsRewritten_IsToldToo()
    {
        var first = new TagChange(TagChangeKind.TagRewritten, "One.");
        var second = new TagChange(TagChangeKind.TagRewritten, "Two.") { Image = "shop/api:2.0.0" };
        var workload = Workload("app", TagChangeKind.TagRewritten) with { CurrentImage = "shop/api:1.0.0" };
        var written = second with { Image = "docker.io/shop/api:2.0.0" };
        foreach (var changes in (TagChange[][])[[first], [first, second], [first, second], [second], [first, written]])
        {
            _found.Clear();
            _found.Add(workload with { Changes = changes });
            await ReconcileLaterAsync();
            _sandbox.Restart();
        }

        Told.ShouldBe(
        [
            "TagRewritten: Deployment/shop/app runs 1.0.0: Something has changed.",
            "TagRewritten: Deployment/shop/app, which also runs 2.0.0: Something has changed.",
            "TagRewritten: Deployment/shop/app runs 1.0.0: Something has changed.", // it was over meanwhile
        ]);
    }

    [Fact]
    public async Task Reconcile_ManyWorkloads_AreOneEventThatNamesSome()
    {
        _found.AddRange(Enumerable.Range(0, 30).Select(number => Workload($"app-{number:00}", TagChangeKind.TagRewritten)));
        await ReconcileLaterAsync();
        Told.ShouldBe(
        [
            "TagRewritten: 30 workloads run versions that were rewritten: Deployment/shop/app-00, Deployment/shop/app-01, Deployment/shop/app-02, "
            + "Deployment/shop/app-03, Deployment/shop/app-04 and 25 more. Deployment/shop/app-00 runs 1.0.0: Something has changed.",
        ]);

        _found.Add(Workload("app-30", TagChangeKind.TagRewritten));
        await ReconcileLaterAsync();
        Told.Count.ShouldBe(2);
        Told[1].ShouldBe("TagRewritten: Deployment/shop/app-30 runs 1.0.0: Something has changed.");
    }

    [Fact]
    public async Task Reconcile_RepositoryIsGone_IsOneEventHoweverManyRoundsFindIt()
    {
        _found.AddRange([Workload("app", TagChangeKind.TagMoved), Workload("worker", TagChangeKind.TagMoved)]);
        await ReconcileLaterAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "NAME_UNKNOWN"));

        await ReconcileLaterAsync();
        await ReconcileLaterAsync();

        Told.ShouldHaveSingleItem().ShouldStartWith("RepositoryNotFound: ");
        Told[0].ShouldContain("shop/api");
    }

    /// <summary>A gateway's brown-out in between doesn't make it news.</summary>
    [Fact]
    public async Task Reconcile_RepositoryIsGoneAndTheRegistryAwayMeanwhile_IsOneEventUntilItIsThereAgain()
    {
        await ReconcileLaterAsync();
        foreach (var status in (int[])[404, 503, 404])
        {
            using var fault = _sandbox.Registry.Inject(Faults.Status(status, "NAME_UNKNOWN"));
            await ReconcileLaterAsync();
        }

        Told.Count.ShouldBe(1);

        await ReconcileLaterAsync();
        using var again = _sandbox.Registry.Inject(Faults.Status(404, "NAME_UNKNOWN"));
        await ReconcileLaterAsync();
        Told.Count.ShouldBe(2);
    }

    /// <summary>Also where the registry is away when the new process starts, or the spec is changed meanwhile.</summary>
    [Theory]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Reconcile_RepositoryIsGoneBeforeARestart_IsNotToldAgainUntilItIsThereAgain(int meanwhile)
    {
        await ReconcileLaterAsync();
        foreach (var status in (int[])[404, meanwhile, 404])
        {
            using var fault = _sandbox.Registry.Inject(Faults.Status(status, "NAME_UNKNOWN"));
            await ReconcileLaterAsync();
            _sandbox.Status.Conditions.Find("RepositoryFound")!.Status.ShouldBe("False");
            _sandbox.Restart();
            _sandbox.ChangeSpec(spec => spec with { ScanInterval = status });
        }

        Told.Count.ShouldBe(1);

        await ReconcileLaterAsync();
        _sandbox.Status.Conditions.Find("RepositoryFound").ShouldBeNull();
        using var again = _sandbox.Registry.Inject(Faults.Status(404, "NAME_UNKNOWN"));
        await ReconcileLaterAsync();
        Told.Count.ShouldBe(2);
    }

    /// <summary>That manifests could not be found is another failure, although it has the same reason.</summary>
    [Fact]
    public async Task Reconcile_RepositoryIsGoneAfterItsManifests_IsTold()
    {
        await ReconcileLaterAsync();
        using (_sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnManifests())) await ReconcileLaterAsync();
        _sandbox.Restart();
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "NAME_UNKNOWN"));

        await ReconcileLaterAsync();

        Told.ShouldHaveSingleItem().ShouldStartWith("RepositoryNotFound: ");
    }

    [Fact]
    public async Task Reconcile_ManifestsAreGoneAndTheRepositoryIsThere_IsNoEvent()
    {
        await ReconcileLaterAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnManifests());

        await ReconcileLaterAsync();

        _sandbox.Status.LastScanStatus.ShouldBe("Failed");
        Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_StatusNoLongerNamesTheImage_IsNotToldAgain()
    {
        _found.Add(Workload("app", TagChangeKind.TagRewritten));
        await ReconcileLaterAsync();
        _sandbox.SetStatus(status => status with { Images = [] });
        await ReconcileLaterAsync();

        Told.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Reconcile_RegistryDoesNotAnswer_IsNoEvent(int status)
    {
        await ReconcileLaterAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(status));

        await ReconcileLaterAsync();

        Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_RepositoryThatNeverWas_IsNoEvent()
    {
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "NAME_UNKNOWN"));

        await ReconcileLaterAsync();

        Told.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reconcile_EventCannotBeWritten_IsInTheLogAndTheStatusStands()
    {
        _found.Add(Workload("app", TagChangeKind.TagRewritten));
        _sandbox.Store.EventFailure = new InvalidOperationException("events are forbidden");

        await ReconcileLaterAsync();

        _sandbox.Status.Drift!.Workloads.ShouldHaveSingleItem().Changes.ShouldBe(["tagRewritten"]);
        _sandbox.EventLog.Entries.ShouldContain("shop/api: the event TagRewritten was not written: events are forbidden");
    }

    [Fact]
    public async Task Reconcile_Event_IsCounted()
    {
        var counted = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, all) =>
            {
                if (instrument.Meter.Name == RegistryEvents.MeterName) all.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            // Other tests count as well.
            lock (counted) counted.Add($"{count} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        });
        listener.Start();
        _found.Add(Workload("app", TagChangeKind.MissingUpstream));

        await ReconcileLaterAsync();

        lock (counted) counted.ShouldContain("1 namespace=shop name=api reason=MissingUpstream");
    }

    private async Task ReconcileLaterAsync()
    {
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        await _sandbox.ReconcileAsync();
    }

    private static WorkloadDrift Workload(string name, TagChangeKind change) => new()
    {
        Namespace = "shop",
        Kind = "Deployment",
        Name = name,
        CurrentTag = "1.0.0",
        Message = "Something has changed.",
        Changes = [new TagChange(change, "Something has changed.")],
    };
}
