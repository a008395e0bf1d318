using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift;
using RegistryOperator.Plugins.Drift.Options;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Drift.Tests;

public sealed class DriftScannerTests : IAsyncLifetime
{
    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Check_NewerTags_GivesTheBestOfEachStepTheSmallestFirst()
    {
        PushAll("1.2.3", "1.2.4", "1.2.9", "1.3.0", "1.4.1", "2.0.0", "3.1.0");

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"));

        drift.AvailableUpdates.Select(update => update.Tag).ShouldBe(["1.2.9", "1.4.1", "3.1.0"]);
        (drift.State, drift.Recommendation).ShouldBe((DriftState.Outdated, DriftRecommendation.UpdateAvailable));
    }

    [Fact]
    public async Task Check_ImageCreatedBeforeTheOneThatRuns_IsNeverNewer()
    {
        _sandbox.Push("5.2.3", 1, createdHour: 100);
        _sandbox.Push("20.04.1", 2, createdHour: 50);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("5.2.3"));

        (drift.State, drift.AvailableUpdates.Count).ShouldBe((DriftState.Latest, 0));
        drift.Message!.ShouldContain("20.04.1 is left out: its image was created on 2026-05-04, before the one that runs (2026-05-06)");
    }

    [Fact]
    public async Task Check_FloatingTagNamesAnotherImage_HasMoved()
    {
        var before = _sandbox.Push("latest", 1);
        _sandbox.Push("latest", 2);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("latest", before.Digest));

        drift.Changes.Single().Kind.ShouldBe(TagChangeKind.TagMoved);
        (drift.State, drift.Recommendation).ShouldBe((DriftState.Outdated, DriftRecommendation.UpdateAvailable));
    }

    [Theory]
    [InlineData("c0ffee1", 1, false, TagChangeKind.Rebuilt, DriftRecommendation.UpdateAvailable)]
    [InlineData("c0ffee1", 1, true, TagChangeKind.TagRewritten, DriftRecommendation.ReviewRequired)] // where no tag may ever change
    [InlineData("c0ffee1", -1, false, TagChangeKind.TagRewritten, DriftRecommendation.ReviewRequired)] // created earlier
    [InlineData("badbad1", 1, false, TagChangeKind.TagRewritten, DriftRecommendation.ReviewRequired)]
    [InlineData(null, 1, false, TagChangeKind.TagRewritten, DriftRecommendation.ReviewRequired)]
    public async Task Check_FullVersionNamesAnotherImage_IsRebuiltOnlyFromTheSameSourceLater(
        string? revision, int hours, bool expectsImmutableTags, TagChangeKind expected, DriftRecommendation recommendation)
    {
        var before = _sandbox.Push("1.2.3", 1, createdHour: 10, "c0ffee1");
        _sandbox.Push("1.2.3", 2, createdHour: 10 + hours, revision);
        // The registry still has what runs.
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        _sandbox.Options = new DriftOptions { ExpectImmutableTags = expectsImmutableTags };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", before.Digest));

        (drift.Changes.Single().Kind, drift.Recommendation).ShouldBe((expected, recommendation));
    }

    /// <summary>What a signature proves comes before what an image says of its own source.</summary>
    [Theory]
    [InlineData("ci@example.com", "ci@example.com", null, null, TagChangeKind.Rebuilt, "signed by ci@example.com")]
    [InlineData("ci@example.com", "ci@example.com", null, "badbad1", TagChangeKind.Rebuilt, "signed by ci@example.com")]
    [InlineData("ci@example.com", "eve@example.com", "c0ffee1", "c0ffee1", TagChangeKind.TagRewritten, "not signed by ci@example.com any more")]
    [InlineData("ci@example.com", null, "c0ffee1", "c0ffee1", TagChangeKind.TagRewritten, "not signed by ci@example.com any more")]
    [InlineData(null, null, "c0ffee1", "c0ffee1", TagChangeKind.Rebuilt, "c0ffee1")]
    [InlineData(null, "ci@example.com", null, null, TagChangeKind.TagRewritten, "nothing shows that it is the same software")]
    public async Task Check_FullVersionNamesAnotherImage_IsRebuiltWhereItsSignerIsTheSame(
        string? signer, string? signerNow, string? revision, string? revisionNow, TagChangeKind expected, string shown)
    {
        var before = _sandbox.Push("1.2.3", 1, createdHour: 10, revision);
        _sandbox.Sign(before, signer);
        _sandbox.Sign(_sandbox.Push("1.2.3", 2, createdHour: 11, revisionNow), signerNow);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var change = (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", before.Digest))).Changes.ShouldHaveSingleItem();

        (change.Kind, change.Message.Contains(shown, StringComparison.Ordinal)).ShouldBe((expected, true), change.Message);
    }

    /// <summary>A signature over the image proves nothing of the commit that the image claims.</summary>
    [Theory]
    [InlineData("c0ffee1", "c0ffee1", TagChangeKind.Rebuilt)]
    [InlineData("c0ffee1", "badbad1", TagChangeKind.TagRewritten)]
    [InlineData("c0ffee1", null, TagChangeKind.TagRewritten)]
    public async Task Check_FullVersionNamesAnotherImage_IsRebuiltWhereItsProvedSourceIsTheSame(string commit, string? commitNow, TagChangeKind expected)
    {
        var before = _sandbox.Push("1.2.3", 1, createdHour: 10);
        _sandbox.Sign(before, null, commit);
        _sandbox.Sign(_sandbox.Push("1.2.3", 2, createdHour: 11), null, commitNow);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", before.Digest))).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
    }

    [Fact]
    public async Task Check_UpdateWithoutADate_IsToBeLookedAt()
    {
        var running = _sandbox.Push("5.2.3", 1);
        _sandbox.Push("20.4.1", 2, ScanSandbox.Undated);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("5.2.3", running.Digest));

        (drift.AvailableUpdates.ShouldHaveSingleItem().Recommendation, drift.Recommendation)
            .ShouldBe((UpdateRecommendation.Caution, DriftRecommendation.ReviewRequired));
        drift.Message!.ShouldContain("does not say when it was created");
    }

    /// <summary>Reproducible builds: no image of the repository has a date.</summary>
    [Fact]
    public async Task Check_NoImageHasADate_GoesByTheVersion()
    {
        var running = _sandbox.Push("5.2.3", 1, ScanSandbox.Undated);
        _sandbox.Push("5.2.4", 2, ScanSandbox.Undated);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("5.2.3", running.Digest))).Recommendation.ShouldBe(DriftRecommendation.UpdateAvailable);
    }

    [Fact]
    public async Task Check_OneOfTheRunningImagesHasNoDate_AnotherOnesDateCounts()
    {
        var undated = _sandbox.Push("5.2.3", 1, ScanSandbox.Undated);
        var running = _sandbox.Push("5.2.3", 2, createdHour: 100);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, undated);
        _sandbox.Push("20.4.1", 3, createdHour: 50);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("5.2.3", undated.Digest, running.Digest))).AvailableUpdates.ShouldBeEmpty();
    }

    /// <summary>The host has a tag's image without a date, as where it could not read it.</summary>
    [Fact]
    public async Task Check_HostKnowsNoDate_TheImageIsAskedForIt()
    {
        _sandbox.Push("5.2.3", 1, createdHour: 100);
        var slipped = _sandbox.Push("20.4.1", 2, createdHour: 50);
        _sandbox.Images.Add(new TaggedImage("20.4.1", slipped.Digest, null, 0));

        (await _sandbox.CheckAsync(ScanSandbox.Runs("5.2.3"))).AvailableUpdates.ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_MissingTagOfManyWorkloads_CostsOneHead()
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");
        var workload = ScanSandbox.Runs("1.2.3", image.Digest);
        _sandbox.Registry.Log.Clear();

        await _sandbox.CheckAllAsync(workload, workload with { Name = "b" }, workload with { Name = "c" });

        _sandbox.Registry.Log.Requests.Count(request => request.Path.EndsWith("/manifests/1.2.3", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Check_ManyWorkloadsOfOneImage_LooksItsResultsUpOnce()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Push("1.2.4", 2, 1);
        var workload = ScanSandbox.Runs("1.2.3", running.Digest);
        await _sandbox.CheckAsync(workload);
        var before = _sandbox.Lookups;

        await _sandbox.CheckAllAsync([.. Enumerable.Range(0, 50).Select(number => workload with { Name = $"api-{number}" })]);

        _sandbox.Lookups.ShouldBe(before * 2);
    }

    [Fact]
    public async Task Check_NothingReportsWhatRuns_SaysNothingOfItsDigest()
    {
        _sandbox.Push("1.2.3", 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"));
        _sandbox.Push("1.2.3", 2);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"));

        (drift.State, drift.Changes.Count).ShouldBe((DriftState.Latest, 0));
    }

    /// <summary>To read a manifest counts as a pull at some registries: what is not there is asked for after 0, 5, 10, 20, 40 and 80 minutes.</summary>
    [Fact]
    public async Task Check_RunningDigestIsGone_IsAskedForLessAndLessOften()
    {
        _sandbox.Push("1.2.3", 1);
        var gone = new ImageBuilder().WithLabel("number", "2").Build().Digest;

        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", gone));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", gone));
        Reads($"{gone}").ShouldBe(1, "less than an interval later");
        for (var check = 1; check < 24; check++) await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", gone), afterAnInterval: true);

        Reads($"{gone}").ShouldBe(6);
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", gone));
        Reads($"{gone}").ShouldBe(7);
    }

    [Fact]
    public async Task Check_IndexWithoutPlatforms_IsReadOnceADay()
    {
        var index = new IndexBuilder().WithManifest(new ImageBuilder().Build()).Build();
        _sandbox.Registry.Add(ScanSandbox.Repository, "1.2.3", index);
        _sandbox.Tags.Add("1.2.3");

        for (var check = 0; check < 10; check++) await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"), afterAnInterval: true);

        Reads($"{index.Digest}").ShouldBe(1);
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"));
        Reads($"{index.Digest}").ShouldBe(2);
    }

    [Fact]
    public async Task Check_TagIsGone_IsSaidAtTheSecondCheck()
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest))).Changes.ShouldBeEmpty();
        _sandbox.Time.Advance(ScanSandbox.Interval / 2);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest))).Changes.ShouldBeEmpty("less than an interval later");
        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest), afterAnInterval: true);

        drift.Changes.Single().Kind.ShouldBe(TagChangeKind.MissingUpstream);
        drift.Recommendation.ShouldBe(DriftRecommendation.ReviewRequired);
    }

    /// <summary>A tag that was misspelt, or deleted before anybody looked, is not told to have gone.</summary>
    [Theory]
    [InlineData(true, true, "The registry does not have 1.2.3 any more: new Pods can't pull it. Keep a copy of the image.")]
    [InlineData(false, true, "The registry does not have 1.2.3, and was never seen to have it: new Pods can't pull it. "
        + "Correct the tag, or keep a copy of what runs.")]
    [InlineData(false, false, "The registry does not have 1.2.3, and was never seen to have it: new Pods can't pull it. Correct the tag.")]
    public async Task Check_TagIsMissing_TellsWhetherItWasEverThere(bool wasThere, bool isReported, string expected)
    {
        var image = _sandbox.Push("1.2.3", 1);
        var workload = isReported ? ScanSandbox.Runs("1.2.3", image.Digest) : ScanSandbox.Runs("1.2.3");
        if (wasThere) await _sandbox.CheckAsync(workload);
        Remove("1.2.3");
        await _sandbox.CheckAsync(workload, afterAnInterval: true);

        for (var check = 0; check < 2; check++) (await _sandbox.CheckAsync(workload, afterAnInterval: true)).Message.ShouldBe(expected);
    }

    [Fact]
    public async Task Check_TagIsMisspelt_SaysWhatToCorrectItTo()
    {
        PushAll("1.2.2", "1.2.4");
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"));

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3"), afterAnInterval: true)).Message!.ShouldEndWith("Move to 1.2.4, or correct the tag.");
    }

    /// <summary>One check that found it missing is one, however often the scanner runs before the tags are listed again.</summary>
    [Fact]
    public async Task Check_TagIsGoneAndTheListIsOld_IsSaidWithTheNextList()
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest));
        _sandbox.IsTagListComplete = false;
        for (var check = 0; check < 3; check++)
            (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest), afterAnInterval: true)).Changes.ShouldBeEmpty();
        _sandbox.IsTagListComplete = true;

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest))).Changes.ShouldHaveSingleItem();
        _sandbox.IsTagListComplete = false;
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest))).Changes.ShouldHaveSingleItem("what is known stays known");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_TagIsGoneAndTheListIsOld_CostsNothing(bool isPinned)
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, image);
        var workload = ScanSandbox.Runs(isPinned ? $"1.2.3@{image.Digest}" : "1.2.3", image.Digest);
        await _sandbox.CheckAsync(workload);
        _sandbox.IsTagListComplete = false;
        _sandbox.Registry.Log.Clear();

        for (var check = 0; check < 3; check++) await _sandbox.CheckAsync(workload, afterAnInterval: true);

        _sandbox.Registry.Log.Requests.ShouldNotContain(request => request.Path.EndsWith("/manifests/1.2.3", StringComparison.Ordinal));
        // One that is seen again is looked at.
        _sandbox.Push("1.2.3", 1);
        (await _sandbox.CheckAsync(workload)).State.ShouldBe(DriftState.Latest);
    }

    [Fact]
    public async Task Check_TagIsBackAtTheSecondCheck_WasNeverMissing()
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest));
        _sandbox.Push("1.2.3", 1);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest), afterAnInterval: true)).Changes.ShouldBeEmpty();
        Remove("1.2.3");

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest), afterAnInterval: true)).Changes.ShouldBeEmpty("the clock began anew");
    }

    [Fact]
    public async Task Check_ListCutInTheMiddle_IsNoAbsence()
    {
        var image = _sandbox.Push("1.2.3", 1);
        _sandbox.Tags.Clear();
        _sandbox.Tags.Add("1.0.0");

        for (var check = 0; check < 3; check++)
            (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest), afterAnInterval: true)).Changes.ShouldBeEmpty("a HEAD finds it");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Check_RegistryRefuses_SaysNothingOfWhatIsThere(HttpStatusCode status)
    {
        var image = _sandbox.Push("1.2.3", 1);
        Remove("1.2.3");
        using var fault = _sandbox.Registry.Inject(context =>
        {
            context.Response.StatusCode = (int)status;
            return Task.FromResult(true);
        });

        for (var check = 0; check < 12; check++)
        {
            _sandbox.Time.Advance(ScanSandbox.Interval);
            await Should.ThrowAsync<ScanException>(() => _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", image.Digest)));
        }
    }

    [Fact]
    public async Task Check_UpdateNotSeenForLongEnough_WaitsByTheOperatorsOwnClock()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push("1.2.3", 1, createdHour: -5000);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));
        // Says that it is half a year old.
        _sandbox.Push("1.2.4", 2, createdHour: -4000);

        var waiting = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        var update = waiting.AvailableUpdates.ShouldHaveSingleItem();
        (update.Recommendation, update.WaitingUntil, waiting.Recommendation)
            .ShouldBe((UpdateRecommendation.Waiting, ScanSandbox.Start.AddDays(7), DriftRecommendation.NoAction));
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest))).Recommendation.ShouldBe(DriftRecommendation.NoAction);
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest))).Recommendation.ShouldBe(DriftRecommendation.UpdateAvailable);
        // Another image under the same tag begins anew.
        _sandbox.Push("1.2.4", 3, createdHour: -4000);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest))).Recommendation.ShouldBe(DriftRecommendation.NoAction);
    }

    [Theory]
    [InlineData("1.2.3", "1.2.4", "1.2.5")]
    [InlineData("1.2.3", "1.3.0", "1.3.1")]
    [InlineData("1.2.3", "1.3.0", "2.0.0")]
    public async Task Check_ReleaseInsideTheCooldown_DoesNotHideAnOlderOneThatHasWaited(string runs, string older, string newer)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push(runs, 1);
        _sandbox.Push(older, 2, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs(runs, running.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(29));
        _sandbox.Push(newer, 3, createdHour: 2);
        await _sandbox.CheckAsync(ScanSandbox.Runs(runs, running.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(1));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs(runs, running.Digest));

        drift.Recommendation.ShouldBe(DriftRecommendation.UpdateAvailable);
        drift.AvailableUpdates.Select(update => (update.Tag, update.Recommendation))
            .ShouldBe([(older, UpdateRecommendation.Available), (newer, UpdateRecommendation.Waiting)]);
    }

    /// <summary>Each day a release: the one that is a week old is offered, though it was the best for one day only.</summary>
    [Fact]
    public async Task Check_ManyReleasesInsideTheCooldown_OffersTheNewestThatHasWaited()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "20d" };
        var running = _sandbox.Push("1.2.0", 0);
        for (var day = 1; day <= 25; day++)
        {
            _sandbox.Push($"1.2.{day}", day, createdHour: day);
            await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.0", running.Digest));
            _sandbox.Time.Advance(TimeSpan.FromDays(1));
        }

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.0", running.Digest));

        drift.AvailableUpdates.Select(update => update.Tag).ShouldBe(["1.2.6", "1.2.25"]);
    }

    [Fact]
    public async Task Check_OlderReleaseIsPushedAgainMeanwhile_WaitsAnew()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Push("1.2.4", 2, createdHour: 1);
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));
        _sandbox.Time.Advance(TimeSpan.FromDays(30));
        _sandbox.Push("1.2.4", 4, createdHour: 1);
        _sandbox.Push("1.2.5", 3, createdHour: 2);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        (drift.AvailableUpdates.ShouldHaveSingleItem().Tag, drift.Recommendation).ShouldBe(("1.2.5", DriftRecommendation.NoAction));
    }

    [Fact]
    public async Task Check_FixOfTheNamedSeverity_DoesNotWait()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d", BypassForSeverity = "HIGH" };
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Find(running, ("CVE-1", Severity.High));
        _sandbox.Find(_sandbox.Push("1.2.4", 2, 1));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        (drift.AvailableUpdates[0].WaitingUntil, drift.Recommendation).ShouldBe((null, DriftRecommendation.UpdateRecommended));
    }

    [Fact]
    public async Task Check_VulnerabilitiesOfBoth_AreComparedAsSets()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Find(running, ("CVE-1", Severity.Critical), ("CVE-2", Severity.High), ("CVE-3", Severity.Low));
        _sandbox.Find(_sandbox.Push("1.2.4", 2, 1), ("CVE-3", Severity.Low), ("CVE-4", Severity.Medium), ("CVE-5", Severity.Low));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        var update = drift.AvailableUpdates.ShouldHaveSingleItem();
        (update.CriticalsFixed, update.HighsFixed, update.NewVulnerabilities, update.Recommendation).ShouldBe((1, 1, 2, UpdateRecommendation.UrgentUpdate));
        (drift.State, drift.Recommendation, drift.Message)
            .ShouldBe((DriftState.Vulnerable, DriftRecommendation.UrgentUpdate, "Update now to 1.2.4: it fixes 1 critical vulnerability."));
    }

    /// <summary>Security first, then the smallest step.</summary>
    [Theory]
    [InlineData("C1 C2", "C2", "", "2.0.0 1.0.1")]
    [InlineData("C1 H1", "H1", "", "2.0.0 1.0.1")]
    [InlineData("C1 C2", "C2", "C2", "1.0.1 2.0.0")]
    [InlineData("C1 C2 M1", "C2 M1", "C1", "1.0.1 2.0.0")]
    [InlineData("H1 H2", "H2", "", "2.0.0 1.0.1")]
    [InlineData("H1 H2", "H2", "H3", "1.0.1 2.0.0")] // fixes two and brings one
    [InlineData("C1", "C1", "", "2.0.0 1.0.1")]
    [InlineData("", "", "", "1.0.1 2.0.0")]
    public async Task Check_SeveralUpdates_TheOneThatFixesMostOfTheWorstComesFirst(string runs, string patch, string major, string expected)
    {
        var running = _sandbox.Push("1.0.0", 1);
        Find(running, runs);
        Find(_sandbox.Push("1.0.1", 2, 1), patch);
        Find(_sandbox.Push("2.0.0", 3, 2), major);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0", running.Digest));

        string.Join(' ', drift.AvailableUpdates.Select(update => update.Tag)).ShouldBe(expected);

        void Find(TestManifest image, string found) => _sandbox.Find(image,
            [.. found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => (id, id[0] switch
            {
                'C' => Severity.Critical,
                'H' => Severity.High,
                _ => Severity.Medium,
            }))]);
    }

    [Fact]
    public async Task Check_ProvenanceOfBoth_IsInTheDocument()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Sign(running, "ci@example.com", "c0ffee1");
        _sandbox.Sign(_sandbox.Push("1.2.4", 2, 1), "ci@example.com");

        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        var advice = DriftAdvice.Of(_sandbox.Result.Documents)!.Updates.ShouldHaveSingleItem();
        (advice.IsRunningSigned, advice.IsUpdateSigned).ShouldBe((true, true));
        (advice.IsRunningProvenanceVerified, advice.IsUpdateProvenanceVerified).ShouldBe((true, false));
    }

    /// <summary>During a rollout: the Pods that still run the old image are vulnerable, whatever the new ones are.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_OneOfSeveralRunningImagesIsVulnerable_SoIsTheWorkload(bool isOldOne)
    {
        var before = _sandbox.Push("1.2.3", 1, createdHour: 1, "c0ffee1");
        var now = _sandbox.Push("1.2.3", 2, createdHour: 2, "c0ffee1");
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);
        _sandbox.Find(isOldOne ? before : now, ("CVE-1", Severity.Critical));
        _sandbox.Find(isOldOne ? now : before);

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", before.Digest, now.Digest))).State.ShouldBe(DriftState.Vulnerable);
    }

    [Fact]
    public async Task Check_VulnerabilitiesOfBoth_AreListedByNameInADocument()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Find(running, ("CVE-2", Severity.High), ("CVE-1", Severity.Critical), ("CVE-3", Severity.Low));
        var update = _sandbox.Push("1.2.4", 2, 1);
        _sandbox.Find(update, ("CVE-3", Severity.Low), ("CVE-4", Severity.Medium));

        await _sandbox.CheckAllAsync(ScanSandbox.Runs("1.2.3", running.Digest), ScanSandbox.Runs("1.2.3", running.Digest));

        var document = _sandbox.Result.Documents[0];
        Encoding.UTF8.GetString(document.Content.Span).ShouldStartWith(
            $$"""{"updates":[{"running":"{{running.Digest}}","tag":"1.2.4","update":"{{update.Digest}}",""" +
            """ "fixed":[{"id":"CVE-1","severity":"Critical"},{"id":"CVE-2","severity":"High"}],""".TrimStart() +
            """ "introduced":[{"id":"CVE-4","severity":"Medium"}],"runningTag":"1.2.3",""".TrimStart());
        DriftAdvice.Of([document])!.Updates.ShouldHaveSingleItem();
    }

    /// <summary>Of each step, the best and the best that has waited: more than are offered are looked at.</summary>
    [Fact]
    public async Task Check_UpdatesThatAreOnlyLookedAt_AreNotInTheDocument()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d" };
        PushAll("1.1.1", "1.1.2", "1.2.0", "2.0.0");
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.1.1"));
        _sandbox.Time.Advance(TimeSpan.FromDays(7));
        string[] young = ["1.1.3", "1.2.1", "2.0.1"];
        for (var i = 0; i < young.Length; i++) _sandbox.Push(young[i], 10 + i, createdHour: 10 + i);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.1.1"));

        drift.AvailableUpdates.Count.ShouldBe(5);
        DriftAdvice.Of(_sandbox.Result.Documents)!.Updates.Select(update => update.Tag).ShouldBe(drift.AvailableUpdates.Select(update => update.Tag), true);
    }

    [Fact]
    public async Task Check_SbomsOfBoth_ListThePackagesThatDifferAndAreReadOnce()
    {
        var running = _sandbox.Push("1.2.3", 1);
        var update = _sandbox.Push("1.2.4", 2, 1);
        _sandbox.Contain(running, ("deb", "curl", "7"), ("deb", "zlib1g", "1"), ("npm", "lodash", "4"), ("npm", "ms", "2"), ("npm", "ms", "1"));
        _sandbox.Contain(update, ("deb", "curl", "8"), ("deb", "zlib1g", "1"), ("npm", "ms", "2"), ("pypi", "six", "1"));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));
        _sandbox.SbomLookups.ShouldBe(2);

        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        _sandbox.SbomLookups.ShouldBe(2, "two images never differ in anything else later");
        var advice = DriftAdvice.Of(_sandbox.Result.Documents)!.Updates.ShouldHaveSingleItem();
        var packages = advice.Packages!;
        (packages.Added, packages.Removed, packages.Changed).ShouldBe((1, 1, 2));
        packages.List.ShouldBe(
        [
            new PackageChange("deb", "curl", "7", "8"), new PackageChange("npm", "ms", "1, 2", "2"), new PackageChange("pypi", "six", null, "1"),
            new PackageChange("npm", "lodash", "4", null),
        ]);
        (advice.Created, advice.SeenSince, advice.SizeDifference, advice.IsUpdateSigned, advice.Fixed)
            .ShouldBe((ScanSandbox.Start.AddDays(-30).AddHours(1), ScanSandbox.Start, 0, null, null));
    }

    [Fact]
    public async Task Check_ReportsOfOtherDatabases_AreNotComparable()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Find(running, ("CVE-1", Severity.Critical));
        var update = _sandbox.Push("1.2.4", 2, 1);
        _sandbox.Find(update);
        _sandbox.Versions[update.Digest.ToString()] = "trivy 2";

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        (drift.AvailableUpdates[0].CriticalsFixed, drift.Recommendation).ShouldBe((null, DriftRecommendation.UpdateAvailable));
        drift.Message!.ShouldContain("notComparable");
    }

    /// <summary>Whoever deletes the package database makes every vulnerability disappear, and fixes none.</summary>
    [Theory]
    [InlineData(false, true, "recognizes no packages in it")]
    [InlineData(true, false, "recognizes no packages in what runs")]
    public async Task Check_NothingIsRecognizedInOneOfTheImages_IsNoFixAndDoesNotBypassTheMinimumAge(bool isRunning, bool isUpdate, string expected)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "3d", BypassForSeverity = "LOW" };
        var running = _sandbox.Push("1.2.3", 1);
        var update = _sandbox.Push("1.2.4", 2, 1);
        _sandbox.Find(running, isRunning ? [] : [("CVE-1", Severity.Critical)]);
        _sandbox.Find(update, isUpdate ? [] : [("CVE-2", Severity.Low)]);
        _sandbox.Unrecognized.Add((isRunning ? running : update).Digest.ToString());
        var workload = ScanSandbox.Runs("1.2.3", running.Digest);

        var waiting = await _sandbox.CheckAsync(workload);
        _sandbox.Time.Advance(TimeSpan.FromDays(3));
        var drift = await _sandbox.CheckAsync(workload);

        waiting.AvailableUpdates.ShouldHaveSingleItem().Recommendation.ShouldBe(UpdateRecommendation.Waiting);
        (drift.AvailableUpdates.ShouldHaveSingleItem().CriticalsFixed, drift.Recommendation).ShouldBe((null, DriftRecommendation.UpdateAvailable));
        drift.Message!.ShouldContain(expected);
        drift.Message!.ShouldContain("notComparable");
        DriftAdvice.Of(_sandbox.Result.Documents)!.Updates.ShouldHaveSingleItem().Fixed.ShouldBeNull();
    }

    /// <summary>A tag that has moved waits as an update does, and no missing package database ends that.</summary>
    [Fact]
    public async Task Check_TagMovesToAnImageInWhichNothingIsRecognized_DoesNotBypassTheMinimumAge()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "3d", BypassForSeverity = "CRITICAL" };
        var running = _sandbox.Push("latest", 1);
        _sandbox.Find(running, ("CVE-1", Severity.Critical));
        _sandbox.Registry.Add(ScanSandbox.Repository, null, running);
        var update = _sandbox.Push("latest", 2, 1);
        _sandbox.Find(update);
        _sandbox.Unrecognized.Add(update.Digest.ToString());

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("latest", running.Digest));

        (drift.Recommendation, drift.Changes.ShouldHaveSingleItem().Kind).ShouldBe((DriftRecommendation.NoAction, TagChangeKind.TagMoved));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_AllPackagesAreGoneOrNew_IsNoChangeOfPackages(bool areGone)
    {
        var running = _sandbox.Push("1.2.3", 1);
        var update = _sandbox.Push("1.2.4", 2, 1);
        _sandbox.Contain(areGone ? running : update, ("deb", "curl", "7"));
        _sandbox.Contain(areGone ? update : running);

        await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        DriftAdvice.Of(_sandbox.Result.Documents)!.Updates.ShouldHaveSingleItem().Packages.ShouldBeNull();
    }

    [Fact]
    public async Task Check_UpdateThatOnlyBringsVulnerabilities_IsToBeLookedAt()
    {
        var running = _sandbox.Push("1.2.3", 1);
        _sandbox.Find(running, ("CVE-3", Severity.Low));
        _sandbox.Find(_sandbox.Push("1.2.4", 2, 1), ("CVE-3", Severity.Low), ("CVE-4", Severity.Critical));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", running.Digest));

        (drift.AvailableUpdates[0].Recommendation, drift.Recommendation).ShouldBe((UpdateRecommendation.Caution, DriftRecommendation.ReviewRequired));
    }

    [Theory]
    [InlineData("drift-policy", "patch", "1.2.4")]
    [InlineData("drift-policy", "digest", "")]
    [InlineData("drift-range", "<1.4", "1.2.4, 1.3.0")]
    [InlineData("drift-pre-releases", "true", "1.2.4, 1.3.0, 3.0.0-rc.1")]
    public async Task Check_WorkloadsAnnotation_TakesPrecedence(string annotation, string value, string expected)
    {
        PushAll("1.2.3", "1.2.4", "1.3.0", "2.0.0", "3.0.0-rc.1");

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", new Dictionary<string, string>(StringComparer.Ordinal) { [annotation] = value }));

        string.Join(", ", drift.AvailableUpdates.Select(update => update.Tag)).ShouldBe(expected);
    }

    [Fact]
    public async Task Check_AnnotationThatCannotBeUsed_IsTold()
    {
        _sandbox.Push("1.2.3", 1);

        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["drift-policy"] = "newest" };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", annotations));

        drift.Message!.ShouldNotContain("annotation", Case.Sensitive, "a reader of both would be told twice");
        drift.Warnings.ShouldHaveSingleItem().ShouldStartWith("Its annotation registry.kubecontroller.io/drift-policy is not used: write one of semver, major");
    }

    [Theory]
    [InlineData("drift-polcy", "is not known: did you mean drift-policy?")]
    [InlineData("drift-minimumAge", "is not known: did you mean drift-minimum-age?")]
    [InlineData("drift-x", "is not known: known are drift-policy, drift-range,")]
    public async Task Check_AnnotationThatIsNotKnown_IsToldWithTheNearest(string annotation, string expected)
    {
        _sandbox.Push("1.2.3", 1);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.2.3", new Dictionary<string, string>(StringComparer.Ordinal) { [annotation] = "x" }));

        drift.Warnings.ShouldHaveSingleItem().ShouldStartWith($"Its annotation registry.kubecontroller.io/{annotation} {expected}");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+3")]
    [InlineData("7")]
    [InlineData(" 3")]
    [InlineData("HIGH,LOW")]
    [InlineData("UNKNOWN")]
    [InlineData("")]
    public void Validate_SeverityThatIsNoName_IsRefused(string value) =>
        new DriftOptions { BypassForSeverity = value }.Validate(new ValidationContext(new object())).ShouldHaveSingleItem().ErrorMessage!
            .ShouldBe($"bypassForSeverity is '{value.Trim()}': write CRITICAL, HIGH, MEDIUM or LOW.");

    [Fact]
    public async Task Check_WorkloadsNotKnown_IsNoEmptyResult()
    {
        var request = new RegistryScanRequest
        {
            Repository = _sandbox.Registry.Repository(ScanSandbox.Repository),
            Images = [],
            WorkloadsProblem = "Pods may not be listed.",
            Client = null!,
        };

        var failure = await Should.ThrowAsync<ScanException>(() => new DriftScanner(_sandbox.Time).ScanAsync(request, TestContext.Current.CancellationToken));

        (failure.Reason, failure.Message).ShouldBe(("WorkloadsUnknown", "Pods may not be listed."));
    }

    /// <summary>Each created an hour after the one before it.</summary>
    private void PushAll(params string[] tags)
    {
        for (var i = 0; i < tags.Length; i++) _sandbox.Push(tags[i], i, createdHour: i);
    }

    private void Remove(string tag)
    {
        _sandbox.Registry.RemoveTag(ScanSandbox.Repository, tag);
        _sandbox.Tags.Remove(tag);
        // A list without any tag is none.
        if (_sandbox.Tags.Count == 0) _sandbox.Push("0.0.1", 99, createdHour: -9000);
    }

    private int Reads(string reference) =>
        _sandbox.Registry.Log.Requests.Count(request => request.Method == "GET" && request.Path.EndsWith($"/manifests/{reference}", StringComparison.Ordinal));
}
