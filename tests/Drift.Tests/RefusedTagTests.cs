using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Drift.Tests;

/// <summary>A registry that refuses one image: nothing new is known of who runs it, and everything else is told as ever.</summary>
public sealed class RefusedTagTests : IAsyncLifetime
{
    private const string Unchecked = "It could not be checked now: ";

    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(451)]
    [InlineData(500)]
    public async Task Check_AnotherWorkloadsTagIsRefused_IsThatWorkloadsOwnFailure(int status)
    {
        var rewritten = Rewrite("1.0.1");
        using var fault = _sandbox.Registry.Inject(Faults.Status(status).OnPath("/manifests/9.9.9"));

        var found = await _sandbox.CheckAllAsync(In("other", ScanSandbox.Runs("9.9.9")), rewritten);

        (found[0].State, found[0].CurrentTag, found[0].Recommendation).ShouldBe((DriftState.Unknown, "9.9.9", DriftRecommendation.NoAction));
        found[0].Message!.ShouldStartWith(Unchecked);
        found[0].Message!.ShouldContain($"{status}");
        found[1].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
    }

    [Theory]
    [InlineData("9.9.9@DIGEST")]
    [InlineData("@DIGEST")]
    [InlineData("9.9.9")] // what runs is refused, not the tag
    public async Task Check_AnotherWorkloadsDigestIsRefused_IsThatWorkloadsOwnFailure(string written)
    {
        var rewritten = Rewrite("1.0.1");
        _sandbox.Push("9.9.9", 9);
        var digest = Digest.Parse("sha256:" + new string('a', 64));
        using var fault = _sandbox.Registry.Inject(Faults.Status(403).OnPath($"/manifests/{digest}"));
        var refused = ScanSandbox.Runs(written.Replace("DIGEST", $"{digest}", StringComparison.Ordinal), digest);

        var found = await _sandbox.CheckAllAsync(In("other", refused), rewritten);

        found[0].Changes.ShouldBeEmpty();
        found[1].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
    }

    /// <summary>What the last check said stays, once, however often the registry refuses.</summary>
    [Fact]
    public async Task Check_TagIsRefusedLater_KeepsWhatWasSaid()
    {
        var before = _sandbox.Push("1.0.0", 1);
        _sandbox.Push("1.1.0", 2, createdHour: 1);
        var (workload, fine) = (ScanSandbox.Runs("1.0.0", before.Digest), In("other", ScanSandbox.Runs("1.1.0")));
        var said = (await _sandbox.CheckAllAsync(workload, fine))[0];
        using (_sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/1.0.0")))
        {
            for (var check = 0; check < 3; check++)
            {
                var kept = (await _sandbox.CheckAllAsync(workload, fine))[0];

                (kept.State, kept.Recommendation).ShouldBe((said.State, said.Recommendation));
                kept.AvailableUpdates.ShouldBe(said.AvailableUpdates);
                kept.Message!.ShouldStartWith(Unchecked);
                kept.Message!.ShouldEndWith(" The last check said: " + said.Message);
                kept.Message!.Split(Unchecked).Length.ShouldBe(2);
            }

            // It runs another image by now.
            var changed = (await _sandbox.CheckAllAsync(ScanSandbox.Runs("1.0.0@" + before.Digest, before.Digest), fine))[0];
            (changed.State, changed.AvailableUpdates.Count).ShouldBe((DriftState.Unknown, 0));
        }

        (await _sandbox.CheckAllAsync(workload, fine))[0].Message.ShouldBe(said.Message);
    }

    /// <summary>A refusal takes no alarm back, nor does it begin the look for what is missing anew.</summary>
    [Fact]
    public async Task Check_TagIsMissingAndThenRefused_StaysMissing()
    {
        _sandbox.Push("1.0.0", 1);
        Workload[] workloads = [ScanSandbox.Runs("1.0.1"), In("other", ScanSandbox.Runs("1.0.0"))];
        await _sandbox.CheckAllAsync(workloads);
        _sandbox.Time.Advance(ScanSandbox.Interval);
        await _sandbox.CheckAllAsync(workloads);
        using (_sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/1.0.1")))
            await ShouldBeMissingAsync();

        await ShouldBeMissingAsync();

        async Task ShouldBeMissingAsync() =>
            (await _sandbox.CheckAllAsync(workloads))[0].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.MissingUpstream);
    }

    [Fact]
    public async Task Check_TagIsGoneOnceAndThenRefused_IsNotMissing()
    {
        _sandbox.Push("1.0.0", 1);
        Workload[] workloads = [ScanSandbox.Runs("1.0.1"), In("other", ScanSandbox.Runs("1.0.0"))];
        await _sandbox.CheckAllAsync(workloads);
        using (_sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/1.0.1")))
        {
            for (var check = 0; check < 3; check++)
            {
                _sandbox.Time.Advance(ScanSandbox.Interval);
                (await _sandbox.CheckAllAsync(workloads))[0].Changes.ShouldBeEmpty();
            }
        }

        (await _sandbox.CheckAllAsync(workloads))[0].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.MissingUpstream);
    }

    /// <summary>The list may lack it: the clock of a tag that could not be asked for goes on all the same.</summary>
    [Fact]
    public async Task Check_TagThatIsNotListedIsRefused_KeepsItsClock()
    {
        _sandbox.Push("1.0.0", 1);
        _sandbox.Push("1.0.1", 2);
        _sandbox.Tags.Remove("1.0.1");
        Workload[] workloads = [ScanSandbox.Runs("1.0.1"), In("other", ScanSandbox.Runs("1.0.0"))];
        await _sandbox.CheckAllAsync(workloads);
        _sandbox.Time.Advance(ScanSandbox.Interval);

        using (_sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/1.0.1"))) await _sandbox.CheckAllAsync(workloads);

        var memory = ImageMemory.Of(new StoredResult<RegistryScanResult>(_sandbox.Result, "drift", ScanSandbox.Start));
        memory.Tags["1.0.1"].Since.ShouldBe(ScanSandbox.Start);
        memory.Images.ShouldContainKey(memory.Tags["1.0.1"].Digest);
    }

    [Fact]
    public async Task Check_OneImageOfAWorkloadIsRefused_TheOthersAreJudged()
    {
        var rewritten = Rewrite("1.0.1");
        var workload = rewritten with { Containers = [.. ScanSandbox.Runs("9.9.9").Containers, .. rewritten.Containers] };
        using var fault = _sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/9.9.9"));

        var drift = await _sandbox.CheckAsync(workload);

        (drift.CurrentTag, drift.Changes.ShouldHaveSingleItem().Kind).ShouldBe(("1.0.1", TagChangeKind.TagRewritten));
        drift.Message!.ShouldContain("9.9.9 could not be checked now: ");
    }

    /// <summary>What is not looked at may be anything.</summary>
    [Fact]
    public async Task Check_OneImageOfAWorkloadIsRefused_IsNotTheLatest()
    {
        _sandbox.Push("1.0.0", 1);
        var workload = ScanSandbox.Runs("1.0.0");
        workload = workload with { Containers = [.. workload.Containers, .. ScanSandbox.Runs("9.9.9").Containers] };
        using var fault = _sandbox.Registry.Inject(Faults.Status(403).OnPath("/manifests/9.9.9"));

        (await _sandbox.CheckAsync(workload)).State.ShouldBe(DriftState.Unknown);
    }

    [Fact]
    public async Task Check_UpdateOfARewrittenTagFails_TellsTheAlarm()
    {
        var rewritten = Rewrite("1.0.1");
        _sandbox.Push("1.0.2", 9, createdHour: 9);
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/1.0.2"));

        var drift = await _sandbox.CheckAsync(rewritten);

        drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        drift.Message!.ShouldContain("What is newer could not be checked now: ");
    }

    /// <summary>Each would wait for its own timeout.</summary>
    [Fact]
    public async Task Check_RegistryIsDown_IsNotAskedForEachWorkload()
    {
        var workloads = Enumerable.Range(0, 60).Select(number => In($"team-{number % 20}", ScanSandbox.Runs($"1.0.{number}")) with { Name = $"api-{number}" });
        using var fault = _sandbox.Registry.Inject(Faults.Status(503));

        await Should.ThrowAsync<ScanException>(() => _sandbox.CheckAllAsync([.. workloads]));

        _sandbox.Registry.Log.Requests.Count.ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task Check_ManyTagsOfANamespaceFail_AreAskedForAFewTimesAndTheOthersAreJudged()
    {
        var rewritten = Rewrite("1.0.1");
        var bad = Enumerable.Range(0, 30).Select(number => In("other", ScanSandbox.Runs($"9.9.{number}")) with { Name = $"api-{number}" });
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/9."));
        _sandbox.Registry.Log.Clear();

        var found = await _sandbox.CheckAllAsync([.. bad, rewritten]);

        found[^1].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        found.Take(30).ShouldAllBe(drift => drift.Message!.StartsWith(Unchecked));
        _sandbox.Registry.Log.Requests.Count(request => request.Path.Contains("/manifests/9.", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Check_WorkloadHasThousandsOfImages_OthersAreJudgedAndSoAreItsFirst()
    {
        var rewritten = Rewrite("1.0.1");
        var containers = Enumerable.Range(0, 2_100).SelectMany(number => ScanSandbox.Runs($"7.0.{number}").Containers);
        var huge = ScanSandbox.Runs("x") with { Name = "huge", Containers = [.. containers] };

        var found = await _sandbox.CheckAllAsync(huge, rewritten);

        found[0].Message!.ShouldContain("Of its 2100 images, the first 50 are judged.");
        found[0].State.ShouldBe(DriftState.Unknown);
        found[1].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
    }

    [Fact]
    public async Task Check_NamespaceAsksForThousandsOfTags_LeavesTheOthersTheirShare()
    {
        var rewritten = Rewrite("1.0.1");
        var greedy = Enumerable.Range(0, 45).Select(number => In("greedy", ScanSandbox.Runs("x")) with
        {
            Name = $"api-{number}",
            Containers = [.. Enumerable.Range(0, 50).SelectMany(tag => ScanSandbox.Runs($"7.{number}.{tag}").Containers)],
        });

        var found = await _sandbox.CheckAllAsync([.. greedy, rewritten]);

        found.Select(drift => drift.Name).ShouldBe([.. Enumerable.Range(0, 45).Select(number => $"api-{number}"), "api"]);
        found[^1].Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        found[44].State.ShouldBe(DriftState.Unknown);
        found[44].Message!.ShouldStartWith(Unchecked + "the workloads of the namespace greedy have asked for 500 tags");
        _sandbox.Registry.Log.Requests.Count(request => request.Path.Contains("/manifests/7.", StringComparison.Ordinal)).ShouldBe(500);
    }

    private static Workload In(string name, Workload workload) => workload with { Namespace = name };

    /// <summary>A workload whose version was rewritten.</summary>
    private Workload Rewrite(string tag)
    {
        var before = _sandbox.Push(tag, 1, createdHour: 1);
        _sandbox.Push(tag, 2, createdHour: 2);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        return ScanSandbox.Runs(tag, before.Digest);
    }
}
