using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Drift.Tests;

/// <summary>What may take the place of a running image, by what its tag names.</summary>
public sealed class CandidateTests : IAsyncLifetime
{
    /// <summary>Hours of a creation in the year 2096.</summary>
    private const int Forged = 70 * 365 * 24;

    /// <summary>Hours of a creation some hours from now.</summary>
    private const int Fast = (30 * 24) + 20;

    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    /// <summary>Who publishes an image with a time of the future must not be able to hide what comes after it, nor to pass as newer.</summary>
    [Theory]
    [InlineData(Forged, true, false, UpdateRecommendation.Available)]
    [InlineData(Forged, true, true, UpdateRecommendation.Available)]
    [InlineData(Forged, false, false, UpdateRecommendation.Caution)]
    [InlineData(Fast, true, false, null)] // a builder's clock is believed
    [InlineData(Fast, false, false, UpdateRecommendation.Available)]
    public async Task Check_ImageIsCreatedInTheFuture_CountsAsUndated(int hour, bool isRunning, bool isKnownToTheHost, UpdateRecommendation? expected)
    {
        var running = _sandbox.Push("1.0.0", 1, isRunning ? hour : 100);
        _sandbox.Push("1.0.1", 2, isRunning ? 200 : hour);
        if (isKnownToTheHost) _sandbox.Images.Add(new TaggedImage("1.0.0", running.Digest, ScanSandbox.Start.AddDays(-30).AddHours(hour), 1));

        // What the first check remembers of a time is not believed either.
        for (var check = 0; check < 2; check++)
        {
            var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest), afterAnInterval: true);

            drift.AvailableUpdates.Select(update => (UpdateRecommendation?)update.Recommendation).SingleOrDefault().ShouldBe(expected, drift.Message);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Check_NewerTagNamesAChart_IsNoCandidate(bool isKnown, bool isDated)
    {
        _sandbox.Push("1.0.0", 1);
        var chart = _sandbox.PushChart("1.0.1");
        if (isKnown) _sandbox.Images.Add(new TaggedImage("1.0.1", chart.Digest, isDated ? ScanSandbox.Start : null, 0));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));

        (drift.State, drift.AvailableUpdates.Count).ShouldBe((DriftState.Latest, 0));
    }

    [Fact]
    public async Task Check_ChartThatWasRead_IsNotReadAgain()
    {
        _sandbox.Push("1.0.0", 1);
        var chart = _sandbox.PushChart("1.0.1");
        _sandbox.Images.Add(new TaggedImage("1.0.1", chart.Digest, null, 0));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));
        _sandbox.Registry.Log.Clear();

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"))).AvailableUpdates.ShouldBeEmpty();

        _sandbox.Registry.Log.Requests.ShouldNotContain(request => request.Path.EndsWith(chart.Digest.ToString(), StringComparison.Ordinal));
    }

    /// <summary>The history knows of the change that the scanner, which looks less often or had a better candidate, has not seen.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_TagMovedAndCameBack_WaitsSinceItCameBack(bool isHiddenMeanwhile)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push("1.0.0", 1);
        var first = _sandbox.Push("1.0.1", 2, createdHour: 1);
        var other = new ImageBuilder().WithLabel("other", "yes").Build().Digest;
        _sandbox.Images.Add(new TaggedImage("1.0.1", first.Digest, ScanSandbox.Start, 1) { History = [new(first.Digest, ScanSandbox.Start)] });
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));
        var (moved, back) = (ScanSandbox.Start.AddDays(10), ScanSandbox.Start.AddDays(11));
        if (isHiddenMeanwhile)
        {
            _sandbox.Time.Advance(TimeSpan.FromDays(10));
            _sandbox.Images[0] = new TaggedImage("1.0.1", other, ScanSandbox.Start, 1)
            {
                History = [new(other, moved), new(first.Digest, ScanSandbox.Start, moved)],
            };
            await _sandbox.CheckAsync(ScanSandbox.Runs("0.0.1-unrelated", running.Digest));
            _sandbox.Time.Advance(TimeSpan.FromDays(1));
        }
        else
        {
            _sandbox.Time.Advance(TimeSpan.FromDays(11));
        }

        _sandbox.Images[0] = new TaggedImage("1.0.1", first.Digest, ScanSandbox.Start, 1)
        {
            History = [new(first.Digest, back), new(other, moved, back), new(first.Digest, ScanSandbox.Start, moved)],
        };

        var update = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.ShouldHaveSingleItem();

        (update.Recommendation, update.WaitingUntil).ShouldBe((UpdateRecommendation.Waiting, back.AddDays(7)));
    }

    /// <summary>A registry that does not find for a moment what it lists tells nothing of the tag, and makes no update wait once more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_LookDoesNotFindAListedTag_ItsClockGoesOn(bool isListComplete)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push("1.0.0", 1);
        _sandbox.Push("1.0.1", 2, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        _sandbox.IsTagListComplete = isListComplete;
        using (_sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath("/manifests/1.0.1")))
            (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.ShouldBeEmpty();
        _sandbox.Time.Advance(TimeSpan.FromDays(1));

        var update = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.ShouldHaveSingleItem();

        (update.Tag, update.Recommendation).ShouldBe(("1.0.1", UpdateRecommendation.Available));
    }

    /// <summary>The host does not look at that tag any more, and its last change was seen while it was no candidate.</summary>
    [Fact]
    public async Task Check_ClockOfATagNobodyLookedAt_FollowsTheHistory()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push("1.0.0", 1);
        var first = _sandbox.Push("1.0.1", 2, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(10));
        var other = new ImageBuilder().WithLabel("other", "yes").Build().Digest;
        _sandbox.Images.Add(new TaggedImage("1.0.1", other, ScanSandbox.Start, 1) { History = [new(other, _sandbox.Time.GetUtcNow())] });
        await _sandbox.CheckAsync(ScanSandbox.Runs("0.0.1-unrelated", running.Digest));
        _sandbox.Images.Clear();

        var update = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.ShouldHaveSingleItem();

        (update.Tag, update.Recommendation).ShouldBe(("1.0.1", UpdateRecommendation.Waiting), first.Digest.ToString());
    }

    /// <summary>Older lines that are built no more often stay behind: what is created earlier is refused, however its tag is numbered.</summary>
    [Fact]
    public async Task Check_ManyRefusedTagsThatTheHostHasRead_HideNoNewerOne()
    {
        var running = _sandbox.Push("1.0.0", 1, createdHour: 100);
        _sandbox.Push("2.0.0", 2, createdHour: 200);
        for (var patch = 0; patch < 100; patch++)
        {
            var slipped = _sandbox.Push($"3.0.{patch}", 10 + patch, createdHour: 1);
            _sandbox.Images.Add(new TaggedImage($"3.0.{patch}", slipped.Digest, ScanSandbox.Start.AddDays(-30).AddHours(1), 1)
            {
                Platforms = [new(Platform.Parse("linux/amd64"), slipped.Digest)],
            });
        }

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.ShouldHaveSingleItem().Tag.ShouldBe("2.0.0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_ManyRefusedTagsThatNobodyHasRead_AreNotTheLatestAndTheNextCheckGoesOn(bool areCharts)
    {
        var running = _sandbox.Push("1.0.0", 1, createdHour: 100);
        _sandbox.Push("2.0.0", 2, createdHour: 200);
        for (var patch = 0; patch < 30; patch++)
        {
            if (areCharts) _sandbox.PushChart($"3.0.{patch}");
            else _sandbox.Push($"3.0.{patch}", 10 + patch, createdHour: 1);
        }

        var first = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));
        var checks = 1;
        while (checks++ < 10 && (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.Count == 0) continue;

        (first.State, first.Recommendation).ShouldBe((DriftState.Unknown, DriftRecommendation.NoAction));
        first.Message!.ShouldContain("23 newer tags of its shape could not be looked at yet, and the next check goes on");
        checks.ShouldBeLessThan(8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_MoreRefusedTagsThanOneCheckLooksAt_AreAllPassedInTheEnd(bool areCharts)
    {
        var running = _sandbox.Push("1.0.0", 1, createdHour: 100);
        _sandbox.Push("2.0.0", 2, createdHour: 200);
        for (var patch = 0; patch < 120; patch++)
        {
            if (areCharts) _sandbox.PushChart($"3.0.{patch}");
            else _sandbox.Push($"3.0.{patch}", 10 + patch, createdHour: 1);
        }

        var checks = 0;
        while (checks++ < 40 && (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest))).AvailableUpdates.Count == 0) continue;

        checks.ShouldBeLessThan(20);
    }

    /// <summary>One tag that is broken is no reason to leave all workloads without an answer.</summary>
    [Theory]
    [InlineData(403)]
    [InlineData(412)] // Harbor, of an image with vulnerabilities
    public async Task Check_CandidateCannotBeRead_IsLeftOut(int status)
    {
        var running = _sandbox.Push("1.0.0", 1, createdHour: 100);
        _sandbox.Push("1.0.1", 2, createdHour: 200);
        _sandbox.Push("1.0.2", 3, createdHour: 300);
        using var fault = _sandbox.Registry.Inject(Faults.Status(status).OnPath("/manifests/1.0.2"));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));

        drift.AvailableUpdates.ShouldHaveSingleItem().Tag.ShouldBe("1.0.1");
    }

    [Theory]
    [InlineData("linux/arm64", false, "linux/amd64", false)]
    [InlineData("linux/arm64", true, "linux/amd64", false)]
    [InlineData("linux/arm64", false, null, true)] // the runtime does not say
    [InlineData("linux/amd64", false, "linux/amd64", true)]
    [InlineData("linux/arm64", false, "linux/arm64/v8", true)]
    [InlineData("linux/arm64", true, "linux/arm64/v8", true)]
    public async Task Check_UpdateForOtherPlatforms_IsNoCandidate(string has, bool isKnown, string? node, bool isOffered)
    {
        var running = _sandbox.Push("1.0.0", 1);
        var update = new ImageBuilder().WithPlatform(has).WithCreated(ScanSandbox.Start).Build();
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.0.1", update);
        _sandbox.Tags.Add("1.0.1");
        if (isKnown)
        {
            var platforms = new[] { new PlatformManifest(Platform.Parse(has), update.Digest) };
            _sandbox.Images.Add(new TaggedImage("1.0.1", update.Digest, ScanSandbox.Start, 1) { Platforms = platforms });
        }

        var workload = ScanSandbox.Runs("1.0.0");
        var image = new RunningImage(running.Digest, node is null ? null : Platform.Parse(node)) { Pods = 1 };

        var drift = await _sandbox.CheckAsync(workload with { Containers = [workload.Containers[0] with { Running = [image] }] });

        drift.AvailableUpdates.Count.ShouldBe(isOffered ? 1 : 0);
        if (!isOffered) drift.Message!.ShouldContain("1.0.1 is left out: it has no image for linux/amd64, on which the workload runs");
    }

    /// <summary>The host knows the platforms that it shows.</summary>
    [Fact]
    public async Task Check_HostKnowsSomeOfTheUpdatesPlatforms_TheImageTellsTheOthers()
    {
        var running = _sandbox.Push("1.0.0", 1);
        var builder = new ImageBuilder().WithCreated(ScanSandbox.Start);
        var arm = builder.WithPlatform("linux/arm64").Build();
        var update = new IndexBuilder().WithImage(arm).WithImage(builder.WithPlatform("linux/amd64").Build()).Build();
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.0.1", update);
        _sandbox.Tags.Add("1.0.1");
        _sandbox.Images.Add(new TaggedImage("1.0.1", update.Digest, ScanSandbox.Start, 1)
        {
            Platforms = [new(Platform.Parse("linux/arm64"), arm.Digest)],
        });
        var workload = ScanSandbox.Runs("1.0.0");
        var image = new RunningImage(running.Digest, Platform.Parse("linux/amd64")) { Pods = 1 };

        var drift = await _sandbox.CheckAsync(workload with { Containers = [workload.Containers[0] with { Running = [image] }] });

        drift.AvailableUpdates.ShouldHaveSingleItem().Tag.ShouldBe("1.0.1");
    }

    [Theory]
    [InlineData("1m", "1 minute")]
    [InlineData("30m", "30 minutes")]
    [InlineData("1h", "1 hour")]
    [InlineData("90m", "1.5 hours")]
    [InlineData("1d", "1 day")]
    public async Task Check_UpdateWaits_TellsTheAgeInAFittingUnit(string age, string shown)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = age };
        _sandbox.Push("1.0.0", 1);
        _sandbox.Push("1.0.1", 2, createdHour: 1);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"))).Message!.ShouldContain($"seen unchanged for {shown} yet");
    }
}
