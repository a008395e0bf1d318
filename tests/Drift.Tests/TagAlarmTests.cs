using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Drift.Tests;

/// <summary>Who rewrites a tag must not be able to silence what is said of it.</summary>
public sealed class TagAlarmTests : IAsyncLifetime
{
    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("1.0.1", "1.0.1-r1")]
    [InlineData("1.0.1", "1.0.1-0")]
    [InlineData("1.0.1", "1.0.1.1")]
    public async Task Check_VersionIsRewrittenWithOneMoreTag_IsNoFloatingTag(string tag, string added)
    {
        var before = _sandbox.Push(tag, 1, createdHour: 1);
        var workload = ScanSandbox.Runs(tag, before.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        _sandbox.Push(tag, 2, createdHour: 2);
        _sandbox.Push(added, 2, createdHour: 2);

        for (var check = 0; check < 3; check++)
            (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
    }

    /// <summary>The longer tag first, with the image that runs, and the rewriting in a later check. Tags of one release may come one after the other.</summary>
    [Theory]
    [InlineData(36, TagChangeKind.TagRewritten)]
    [InlineData(1, TagChangeKind.TagMoved)]
    public async Task Check_LongerTagComesBeforeTheRewriting_HidesItOnlyInTheFirstDay(int hours, TagChangeKind expected)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1);
        var workload = ScanSandbox.Runs("1.0.1", before.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Time.Advance(TimeSpan.FromHours(hours));
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.0.1-r1", before);
        _sandbox.Tags.Add("1.0.1-r1");
        for (var check = 0; check < 2; check++) (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldBeEmpty();
        _sandbox.Push("1.0.1", 2, createdHour: 2);

        for (var check = 0; check < 2; check++)
            (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
    }

    /// <summary>A project that begins to move a tag: once the new image runs, it counts as what it is now.</summary>
    [Fact]
    public async Task Check_RewrittenVersionRuns_CountsAnew()
    {
        var before = _sandbox.Push("1.27", 1, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.27", before.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(9));
        var second = _sandbox.Push("1.27", 2, createdHour: 2);
        _sandbox.Push("1.27.1", 2, createdHour: 2);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.27", before.Digest))).Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.27", second.Digest), afterAnInterval: true);
        _sandbox.Push("1.27", 3, createdHour: 3);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.27", second.Digest), afterAnInterval: true);

        drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagMoved);
    }

    /// <summary>A workload that is gone for a check, or that comes when its tag was an update, finds what the tag was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_VersionIsRewrittenWhileNothingRunsIt_IsToldWhenItRunsAgain(bool isKnownToTheHost)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1);
        var workload = ScanSandbox.Runs("1.0.1", before.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        var now = _sandbox.Push("1.0.1", 2, createdHour: 2);
        _sandbox.Push("1.0.1-r1", 2, createdHour: 2);
        if (isKnownToTheHost) _sandbox.Images.Add(new TaggedImage("1.0.1", now.Digest, null, 1));
        var other = _sandbox.Push("0.9.0", 3, createdHour: 0);

        await _sandbox.CheckAsync(ScanSandbox.Runs("0.9.0", other.Digest), afterAnInterval: true);

        (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
    }

    /// <summary>Nothing is remembered of an earlier check, but the host has a history.</summary>
    [Theory]
    [InlineData(0, TagChangeKind.TagRewritten)]
    [InlineData(-1, TagChangeKind.TagMoved)]
    public async Task Check_FirstCheckAfterARewrite_GoesByWhatTheHostSawFirst(int longerDays, TagChangeKind expected)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        var now = _sandbox.Push("1.0.1", 2, createdHour: 2);
        _sandbox.Push("1.0.1-r1", 2, createdHour: 2);
        var (first, changed) = (ScanSandbox.Start.AddDays(-9), ScanSandbox.Start.AddDays(-2));
        _sandbox.Images.Add(new TaggedImage("1.0.1", now.Digest, null, 1)
        {
            FirstSeen = first,
            History = [new TagHistoryEntry(now.Digest, changed), new TagHistoryEntry(before.Digest, first, changed)],
        });
        _sandbox.Images.Add(new TaggedImage("1.0.1-r1", now.Digest, null, 1) { FirstSeen = changed.AddDays(longerDays) });

        for (var check = 0; check < 2; check++)
        {
            (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest))).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("1.0.1", "1.0.1-r1", true, TagChangeKind.TagRewritten)]
    [InlineData("1.0.1", "1.0.1-r1", false, TagChangeKind.TagMoved)]
    [InlineData("1.0", "1.0-r1", true, TagChangeKind.TagRewritten)] // the longest that there is
    [InlineData("1.0", "1.0.1", true, TagChangeKind.TagMoved)]
    [InlineData("latest", "1.0.1", true, TagChangeKind.TagMoved)]
    public async Task Check_LongerTagWasThereBefore_IsFloatingUnlessItIsAFullVersionThatMayNotChange(
        string tag, string longer, bool expectsImmutableTags, TagChangeKind expected)
    {
        _sandbox.Options = new DriftOptions { ExpectImmutableTags = expectsImmutableTags };
        var before = _sandbox.Push(tag, 1, createdHour: 1);
        _sandbox.Push(longer, 1, createdHour: 1);
        var workload = ScanSandbox.Runs(tag, before.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Push(tag, 2, createdHour: 2);

        (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
    }

    /// <summary>Another container of the workload that has more to say hides no alarm.</summary>
    [Fact]
    public async Task Check_OneOfTheContainersWasRewritten_SaysSoAndTellsAllChanges()
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1);
        var moved = _sandbox.Push("latest", 3, createdHour: 1);
        var vulnerable = _sandbox.Push("2.0.0", 5, createdHour: 1);
        _sandbox.Find(vulnerable, ("CVE-2026-1", Severity.Critical));
        _sandbox.Push("1.0.1", 2, createdHour: 2);
        _sandbox.Push("latest", 4, createdHour: 2);
        var workload = ScanSandbox.Runs("1.0.1", before.Digest);
        workload = workload with
        {
            Containers =
            [
                .. ScanSandbox.Runs("2.0.0", vulnerable.Digest).Containers, .. ScanSandbox.Runs("latest", moved.Digest).Containers, .. workload.Containers,
                .. ScanSandbox.Runs("1.0.1@" + before.Digest, before.Digest).Containers,
            ],
        };
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest));

        var drift = await _sandbox.CheckAsync(workload);

        (drift.CurrentTag, drift.Recommendation).ShouldBe(("1.0.1", DriftRecommendation.ReviewRequired));
        drift.Changes.Select(change => change.Kind).ShouldBe([TagChangeKind.TagRewritten, TagChangeKind.TagMoved], ignoreOrder: true);
        drift.Changes.Select(change => change.Image?.Split('/')[^1]).ShouldBe([null, "api:latest"]);
        drift.Message!.ShouldContain("The version was rewritten");
    }

    [Theory]
    [InlineData("latest", TagChangeKind.TagMoved, null, true)]
    [InlineData("latest", TagChangeKind.TagMoved, "CRITICAL", false)]
    [InlineData("1.0.1", TagChangeKind.Rebuilt, null, true)]
    public async Task Check_TagNamesANewImage_WaitsForTheMinimumAgeAsAnUpdateDoes(string tag, TagChangeKind expected, string? bypass, bool waits)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "3d", BypassForSeverity = bypass };
        var before = _sandbox.Push(tag, 1, createdHour: 1, revision: "c0ffee1");
        var workload = ScanSandbox.Runs(tag, before.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        _sandbox.Find(_sandbox.Push(tag, 2, createdHour: 2, revision: "c0ffee1"));
        _sandbox.Find(before, waits ? [] : [("CVE-2026-1", Severity.Critical)]);

        var drift = await _sandbox.CheckAsync(workload);

        drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
        drift.Recommendation.ShouldBe(waits ? DriftRecommendation.NoAction : DriftRecommendation.UpdateAvailable, drift.Message);
        if (!waits) return;
        drift.State.ShouldBe(DriftState.Outdated);
        drift.Message!.ShouldContain("waits until 2026-06-04 00:00Z");
        _sandbox.Time.Advance(TimeSpan.FromDays(3));
        (await _sandbox.CheckAsync(workload)).Recommendation.ShouldBe(DriftRecommendation.UpdateAvailable);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(ScanSandbox.Undated, false)]
    [InlineData(10, false)]
    public async Task Check_FloatingTagNamesAnOlderImage_IsNoUpdate(int createdHour, bool isOlder)
    {
        var before = _sandbox.Push("latest", 1, createdHour: 10);
        _sandbox.Push("latest", 2, createdHour);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("latest", before.Digest));

        drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagMoved);
        (drift.State, drift.Recommendation).ShouldBe(isOlder
            ? (DriftState.Unknown, DriftRecommendation.ReviewRequired)
            : (DriftState.Outdated, DriftRecommendation.UpdateAvailable));
        drift.Message!.Contains("The tag went back to an older image, created on 2026-05-02 05:00Z", StringComparison.Ordinal).ShouldBe(isOlder);
    }

    /// <summary>That two images are of one source says nothing of their order: an older one under a newer tag is no rebuild.</summary>
    [Theory]
    [InlineData(10, 11, null, TagChangeKind.Rebuilt)]
    [InlineData(10, 10, null, TagChangeKind.TagRewritten)]
    [InlineData(10, ScanSandbox.Undated, null, TagChangeKind.TagRewritten)]
    [InlineData(ScanSandbox.Undated, ScanSandbox.Undated, null, TagChangeKind.TagRewritten)]
    [InlineData(10, 10, "ci@example.com", TagChangeKind.Rebuilt)]
    [InlineData(ScanSandbox.Undated, ScanSandbox.Undated, "ci@example.com", TagChangeKind.Rebuilt)] // reproducible builds
    [InlineData(10, ScanSandbox.Undated, "ci@example.com", TagChangeKind.TagRewritten)]
    public async Task Check_VersionNamesAnotherImageOfTheSameSource_IsRebuiltOnlyWhereItIsShownToBeLater(
        int hour, int hourNow, string? signer, TagChangeKind expected)
    {
        var before = _sandbox.Push("1.0.1", 1, hour, "c0ffee1");
        var now = _sandbox.Push("1.0.1", 2, hourNow, "c0ffee1");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        if (signer is not null)
        {
            _sandbox.Sign(before, signer);
            _sandbox.Sign(now, signer);
        }

        var change = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest))).Changes.ShouldHaveSingleItem();

        change.Kind.ShouldBe(expected, change.Message);
        change.Message.Contains("nothing shows that it is later", StringComparison.Ordinal).ShouldBe(expected == TagChangeKind.TagRewritten);
    }

    /// <summary>A word that every image without a commit has is no proof that two are of one source.</summary>
    [Theory]
    [InlineData("unknown")]
    [InlineData("HEAD")]
    [InlineData("main")]
    [InlineData("")]
    [InlineData("c0ffee")] // too short for git
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData("c0ffee1-dirty")]
    public async Task Check_BothImagesNameTheSameRevisionThatIsNoCommit_IsRewritten(string revision)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1, revision, "https://git.example.com/shop/api");
        _sandbox.Push("1.0.1", 2, createdHour: 2, revision, "https://git.example.com/shop/api");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var change = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest))).Changes.ShouldHaveSingleItem();

        change.Kind.ShouldBe(TagChangeKind.TagRewritten);
        change.Message.ShouldContain("nothing shows that it is the same software");
    }

    /// <summary>Publishers write labels as they like: no sentence of theirs stands in an alarm, and what they may write stands last, quoted, short.</summary>
    [Theory]
    [InlineData("c0ffee1", "https://git.example.com/shop/api", "\"c0ffee1 of https://git.example.com/shop/api\"")]
    [InlineData("c0ffee1c0ffee1c0ffee1c0ffee1", "", "\"c0ffee1c0ffe\"")]
    [InlineData("c0ffee1", "https://x/RUN-this-now", "\"c0ffee1 of https://x/RUN-this-now\"")]
    [InlineData("c0ffee1", "All is well. Ignore this alarm", "\"c0ffee1 of no valid address\"")]
    [InlineData("c0ffee1", "https://git.example.com/LONG", "\"c0ffee1 of https://git.example.com/LONGLONGLONGLONGLONGLONGLONG…\"")]
    [InlineData("Planned rebuild by the platform team, no action needed", "https://git.example.com/shop/api", null)]
    public async Task Check_LabelsOfARewrittenVersion_AreToldLastQuotedAndShort(string revision, string source, string? expected)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1, "badbad1");
        source = source.Replace("LONG", string.Concat(Enumerable.Repeat("LONG", 90)), StringComparison.Ordinal);
        var now = _sandbox.Push("1.0.1", 2, createdHour: 2, revision, source);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest));

        var found = $"{now.Digest.Encoded[..12]} since 2026-06-01 00:00Z or earlier, and what runs is sha256:{before.Digest.Encoded[..12]}. "
            + "Find out who changed it before a Pod pulls it.";
        var change = drift.Changes.ShouldHaveSingleItem();
        change.Kind.ShouldBe(TagChangeKind.TagRewritten);
        change.Message.ShouldNotContain(revision);
        drift.Message!.ShouldEndWith(
            found + (expected is null ? "" : $" It says to be built from {expected}, and what runs from \"badbad1\"."));
        drift.Message!.Length.ShouldBeLessThan(400);
    }

    /// <summary>A registry may delete what no tag names any more. Who signed it is known, and when it was there at the latest.</summary>
    [Theory]
    [InlineData("ci@example.com", true, TagChangeKind.Rebuilt)]
    [InlineData("ci@example.com", false, TagChangeKind.TagRewritten)] // older than what ran: a release of old, signed by the same
    [InlineData("eve@example.com", true, TagChangeKind.TagRewritten)]
    [InlineData(null, true, TagChangeKind.TagRewritten)]
    public async Task Check_WhatRunsIsDeleted_GoesByWhoSignedItAndWhenItWasSeen(string? signer, bool isLater, TagChangeKind expected)
    {
        var before = new ImageBuilder().WithLabel("number", "1").Build();
        var now = _sandbox.Push("1.0.1", 2, createdHour: 100);
        var seen = ScanSandbox.Start.AddDays(-30).AddHours(isLater ? 50 : 150);
        if (signer is not null) _sandbox.Sign(before, "ci@example.com");
        _sandbox.Sign(now, signer);
        _sandbox.Images.Add(new TaggedImage("1.0.1", now.Digest, ScanSandbox.Start.AddDays(-30).AddHours(100), 1)
        {
            Platforms = [new(Platform.Parse("linux/amd64"), now.Digest)],
            History = [new TagHistoryEntry(now.Digest, seen.AddHours(60)), new TagHistoryEntry(before.Digest, seen, seen.AddHours(60))],
        });

        var change = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", before.Digest))).Changes.ShouldHaveSingleItem();

        change.Kind.ShouldBe(expected, change.Message);
    }

    /// <summary>A pattern that takes too long, perhaps since others' do, hides nothing that was found.</summary>
    [Fact]
    public async Task Check_PatternIsSlow_TellsWhatHasHappenedToTheTagAllTheSame()
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1);
        _sandbox.Push("1.0.1", 2, createdHour: 2);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        for (var patch = 2; patch < 40; patch++) _sandbox.Push($"1.0.{patch}", 10 + patch, createdHour: 3);
        _sandbox.Clock = new FakeTimeProvider(ScanSandbox.Start) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(100) };
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["drift-pattern"] = "^1" };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", annotations, before.Digest));

        drift.Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        drift.Message!.ShouldContain("The version was rewritten");
        drift.Message!.ShouldContain("What is newer is not known");
    }

    /// <summary>A tag that was young when it was first compared, and floats since, is not watched as a full version for ever.</summary>
    [Fact]
    public async Task Check_EverythingRunsWhatTheTagNames_TagCountsAnewByThoseBesideIt()
    {
        var first = _sandbox.Push("1.28", 1, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.28", first.Digest));
        var second = _sandbox.Push("1.28", 2, createdHour: 2);
        _sandbox.Push("1.28.1", 2, createdHour: 2);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, first);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.28", first.Digest), afterAnInterval: true))
            .Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagRewritten);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.28", second.Digest), afterAnInterval: true)).Changes.ShouldBeEmpty();

        _sandbox.Push("1.28", 3, createdHour: 3);
        _sandbox.Push("1.28.2", 3, createdHour: 3);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, second);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.28", second.Digest), afterAnInterval: true))
            .Changes.ShouldHaveSingleItem().Kind.ShouldBe(TagChangeKind.TagMoved);
    }

    /// <summary>What runs is signed: labels, which anybody can copy, do not stand in for a signature that has not been read.</summary>
    [Theory]
    [InlineData("ci@example.com", TagChangeKind.Rebuilt)]
    [InlineData("eve@example.com", TagChangeKind.TagRewritten)]
    [InlineData(null, TagChangeKind.TagRewritten)] // never read
    public async Task Check_SignatureOfTheNewImageIsNotReadYet_SaysSoAndDecidesLater(string? signer, TagChangeKind expected)
    {
        var before = _sandbox.Push("1.0.1", 1, createdHour: 1, "c0ffee1");
        _sandbox.Sign(before, "ci@example.com");
        var now = _sandbox.Push("1.0.1", 2, createdHour: 2, "c0ffee1");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        var workload = ScanSandbox.Runs("1.0.1", before.Digest);

        var drift = await _sandbox.CheckAsync(workload);

        (drift.State, drift.Recommendation, drift.Changes.Count).ShouldBe((DriftState.Unknown, DriftRecommendation.NoAction, 0));
        drift.Message!.ShouldStartWith("Whether the version was built again or rewritten is not known yet");
        if (signer is not null) _sandbox.Sign(now, signer);
        else _sandbox.Time.Advance(TimeSpan.FromDays(1));
        (await _sandbox.CheckAsync(workload)).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
    }

    /// <summary>During a rollout, or where nodes pulled at different times: what is in order beside it hides no rewritten one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_SeveralImagesRunUnderOneVersion_TheWorstCounts(bool isRewrittenFirst)
    {
        var rebuilt = _sandbox.Push("1.0.1", 1, createdHour: 1, "c0ffee1");
        var other = _sandbox.Push("1.0.1", 2, createdHour: 2, "badbad1");
        _sandbox.Push("1.0.1", 3, createdHour: 3, "c0ffee1");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, rebuilt);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, other);
        Digest[] digests = isRewrittenFirst ? [other.Digest, rebuilt.Digest] : [rebuilt.Digest, other.Digest];

        var change = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", digests))).Changes.ShouldHaveSingleItem();

        change.Kind.ShouldBe(TagChangeKind.TagRewritten, change.Message);
        change.Message.ShouldContain(other.Digest.Encoded[..12]);
    }

    /// <summary>It may be the alarm: the one that was built again does not stand for it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_OneOfSeveralImagesIsNotJudgedYet_IsNotToldToBeBuiltAgain(bool isUnknownFirst)
    {
        var rebuilt = _sandbox.Push("1.0.1", 1, createdHour: 1, "c0ffee1");
        var signed = _sandbox.Push("1.0.1", 2, createdHour: 2, "c0ffee1");
        _sandbox.Sign(signed, "ci@example.com");
        _sandbox.Push("1.0.1", 3, createdHour: 3, "c0ffee1");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, rebuilt);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, signed);
        Digest[] digests = isUnknownFirst ? [signed.Digest, rebuilt.Digest] : [rebuilt.Digest, signed.Digest];

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.1", digests));

        (drift.State, drift.Changes.Count).ShouldBe((DriftState.Unknown, 0));
        drift.Message!.ShouldStartWith("Whether the version was built again or rewritten is not known yet");
    }
}
