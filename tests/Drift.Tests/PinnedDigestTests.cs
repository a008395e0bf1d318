using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Drift.Tests;

/// <summary>Workloads that name a tag and a digest: Pods run the digest, whatever the tag says.</summary>
public sealed class PinnedDigestTests : IAsyncLifetime
{
    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("1.27.3")]
    [InlineData("1.27.1")]
    [InlineData("1.99.0")] // a tag that does not exist
    public async Task Check_TagIsChangedByHandAndTheDigestIsNot_SaysWhoseDigestItIs(string written)
    {
        _sandbox.Push("1.27.1", 1);
        var running = _sandbox.Push("1.27.2", 2, createdHour: 1);
        _sandbox.Push("1.27.3", 3, createdHour: 2);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs($"{written}@{running.Digest}", running.Digest));

        (drift.CurrentTag, drift.State, drift.Recommendation).ShouldBe(("1.27.2", DriftState.Outdated, DriftRecommendation.UpdateAvailable));
        drift.Changes.ShouldBeEmpty();
        drift.AvailableUpdates.Select(update => update.Tag).ShouldBe(["1.27.3"]);
        drift.Message!.ShouldStartWith($"It is written {written}, but its digest is that of 1.27.2, and the digest is what runs.");
    }

    [Fact]
    public async Task Check_DigestIsThatOfTheTag_IsComparedByTheTag()
    {
        var running = _sandbox.Push("1.27.2", 2);
        // Another tag names the same image.
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.27.2-r1", running);
        _sandbox.Tags.Add("1.27.2-r1");

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs($"1.27.2@{running.Digest}"));

        (drift.CurrentTag, drift.State, drift.Message).ShouldBe(("1.27.2", DriftState.Latest, "No newer tag has its shape."));
    }

    /// <summary>The host remembers that the tag named the digest: it was the publisher who changed it.</summary>
    [Fact]
    public async Task Check_TagNamedTheDigestOnce_WasRewritten()
    {
        var running = _sandbox.Push("1.27.2", 2);
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.27.1", running);
        _sandbox.Tags.Add("1.27.1");
        var now = _sandbox.Push("1.27.2", 3, createdHour: 1);
        _sandbox.Images.Add(new TaggedImage("1.27.2", now.Digest, ScanSandbox.Start, 1)
        {
            History =
            [
                new TagHistoryEntry(now.Digest, ScanSandbox.Start), new TagHistoryEntry(running.Digest, ScanSandbox.Start.AddDays(-9), ScanSandbox.Start),
            ],
        });

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs($"1.27.2@{running.Digest}", running.Digest));

        (drift.CurrentTag, drift.Changes.ShouldHaveSingleItem().Kind).ShouldBe(("1.27.2", TagChangeKind.TagRewritten));
        drift.Message!.ShouldContain("Pods keep what runs, since the workload names its digest");
    }

    [Fact]
    public async Task Check_FloatingTagHasMovedFromTheDigest_SaysThatPodsKeepTheOldOne()
    {
        var running = _sandbox.Push("latest", 1);
        _sandbox.Push("latest", 2);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs($"latest@{running.Digest}", running.Digest));

        (drift.Changes.ShouldHaveSingleItem().Kind, drift.Recommendation).ShouldBe((TagChangeKind.TagMoved, DriftRecommendation.UpdateAvailable));
        drift.Message!.ShouldContain("Pods keep what runs until the workload names the new digest.");
    }

    /// <summary>Each is told: one that was told before hides no other.</summary>
    [Fact]
    public async Task Check_TwoDigestsAreGone_IsAnAlarmForEach()
    {
        Digest[] gone = [Digest.Compute("first"u8), Digest.Compute("second"u8)];
        var workload = ScanSandbox.Runs("@" + gone[0]);
        workload = workload with { Containers = [.. gone.SelectMany(digest => ScanSandbox.Runs("@" + digest).Containers)] };
        await _sandbox.CheckAsync(workload);

        var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

        drift.Changes.Select(change => change.Kind).ShouldBe([TagChangeKind.MissingUpstream, TagChangeKind.MissingUpstream]);
        foreach (var digest in gone) drift.Message!.ShouldContain($"does not have the image sha256:{digest.Encoded[..12]}");
    }

    /// <summary>A registry that lost it for one check, and then refuses: of the second check nothing is known.</summary>
    [Fact]
    public async Task Check_DigestIsGoneOnceAndThenTheRegistryRefuses_SaysNothing()
    {
        _sandbox.Push("1.0.0", 1, createdHour: -9);
        var pinned = Digest.Parse("sha256:" + new string('a', 64));
        var workload = ScanSandbox.Runs($"1.0.0@{pinned}", pinned);
        await _sandbox.CheckAsync(workload);
        using (_sandbox.Registry.Inject(context =>
        {
            if (!context.Request.Path.Value!.EndsWith(pinned.ToString(), StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        }))
        {
            for (var check = 0; check < 12; check++)
                (await CheckOrFailAsync()).ShouldBeEmpty();
        }

        (await CheckOrFailAsync()).ShouldContain(TagChangeKind.MissingUpstream);

        async Task<IEnumerable<TagChangeKind>> CheckOrFailAsync()
        {
            try
            {
                return (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.Select(change => change.Kind);
            }
            catch (ScanException)
            {
                return [];
            }
        }
    }

    /// <summary>Between two lists nothing is looked for: time alone confirms nothing, and takes back nothing that was confirmed.</summary>
    [Theory]
    [InlineData("1.0.0@")]
    [InlineData("1.0.0")]
    public async Task Check_GoneOnceAndNotLookedForAgain_SaysNothingUntilTheNextLook(string written)
    {
        _sandbox.Push("0.9.0", 1, createdHour: -9);
        var pinned = Digest.Parse("sha256:" + new string('a', 64));
        var workload = ScanSandbox.Runs(written.EndsWith('@') ? written + pinned : written, pinned);
        (await _sandbox.CheckAsync(workload)).Changes.ShouldBeEmpty();
        _sandbox.IsTagListComplete = false;
        for (var check = 0; check < 3; check++) (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldBeEmpty();

        _sandbox.IsTagListComplete = true;
        (await _sandbox.CheckAsync(workload)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.MissingUpstream);
        _sandbox.CheckInterval = TimeSpan.FromDays(9);
        (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem("a longer interval takes nothing back");
    }

    /// <summary>Pods pull by digest: that the tag is gone hurts nobody, that the digest is gone does.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Check_SomethingIsGone_CountsWhatPodsPull(bool isDigestThere, bool isMissing)
    {
        _sandbox.Push("1.0.0", 1, createdHour: -9);
        var running = _sandbox.Push("1.27.2", 2);
        _sandbox.Registry.RemoveTag(ScanSandbox.Repository, "1.27.2");
        _sandbox.Tags.Remove("1.27.2");
        var pinned = isDigestThere ? running.Digest : Digest.Parse("sha256:" + new string('a', 64));
        if (isDigestThere) _sandbox.Registry.Add(ScanSandbox.Repository, null, running);
        var workload = ScanSandbox.Runs($"1.27.2@{pinned}", pinned);
        await _sandbox.CheckAsync(workload);

        var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

        drift.Changes.Select(change => change.Kind).ShouldBe(isMissing ? [TagChangeKind.MissingUpstream] : []);
    }

    /// <summary>That the digest is gone hides nothing of what was done to the tag.</summary>
    [Fact]
    public async Task Check_TagIsRewrittenAndTheDigestIsGone_TellsBoth()
    {
        var running = _sandbox.Push("1.27.2", 2);
        var workload = ScanSandbox.Runs($"1.27.2@{running.Digest}", running.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Push("1.27.2", 3, createdHour: 1);
        using var gone = _sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath($"/manifests/{running.Digest}"));
        (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);

        var drift = await _sandbox.CheckAsync(workload, afterAnInterval: true);

        drift.Changes.Select(change => change.Kind).ShouldBe([TagChangeKind.MissingUpstream, TagChangeKind.TagRewritten]);
        foreach (var change in drift.Changes) drift.Message!.ShouldContain(change.Message);
        drift.Message!.ShouldEndWith("Keep a copy of the image. Find out who changed the tag before you name its new image.");
    }
}
