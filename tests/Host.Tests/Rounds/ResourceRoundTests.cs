using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Rounds: scan, change the registry, scan again; what does the status say?</summary>
public sealed class ResourceRoundTests : IAsyncLifetime
{
    private RoundSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await RoundSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_FirstRound_TellsWhatThereIs()
    {
        var image = _sandbox.Push("1.0.0", "a");
        foreach (var tag in (string[])["1.1.0", "1.2.0", "dev-1", "dev-2", "dev-3", $"sha256-{new string('a', 64)}.sig"]) _sandbox.Push(tag);
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Include = "^[01]", Limit = 2, SortBy = TagOrders.Alphabetical } });

        var outcome = await _sandbox.ScanAsync();

        outcome.Failure.ShouldBeNull();
        var status = _sandbox.Status;
        status.LastScanStatus.ShouldBe(ScanStatuses.Success);
        status.Message.ShouldBeNull();
        status.LastScanTime.ShouldBe(RoundSandbox.Start);
        status.ObservedGeneration.ShouldBe(2);
        status.Truncated.ShouldBeNull();
        status.Tags.ShouldBe(new TagCountsStatus { Found = 7, Excluded = 3, SkippedSignatures = 1, Limited = 1, Scanned = 2 });
        status.Images.Select(found => found.Tag).ShouldBe(["1.0.0", "1.1.0"]);
        var first = _sandbox.Of("1.0.0")!;
        first.Digest.ShouldBe(image.Digest.ToString());
        first.Reason.ShouldBeNull();
        first.Platforms.ShouldBe(["linux/amd64"]);
        first.Config!.Labels["content"].ShouldBe("a");
        first.Timestamps.ShouldBe(new ImageTimestampsStatus { Created = ImageBuilder.DefaultCreated, FirstSeen = RoundSandbox.Start, Age = "365d" });
        var ready = _sandbox.ConditionOf("Ready")!;
        (ready.Status, ready.Reason, ready.Message, ready.ObservedGeneration).ShouldBe(("True", "Succeeded", "2 images.", 2L));
        _sandbox.ConditionOf("ScannersReady").ShouldBeNull();
    }

    [Fact]
    public async Task Scan_TagMoved_HasTheNewImageAndNothingOfTheOldOneButItsUsage()
    {
        _sandbox.Push("1.0.0", "old");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.0.0", RoundSandbox.WithSections);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        var moved = _sandbox.Push("1.0.0", "new");

        await _sandbox.ScanAsync();

        var image = _sandbox.Of("1.0.0")!;
        image.Digest.ShouldBe(moved.Digest.ToString());
        image.Config!.Labels["content"].ShouldBe("new");
        image.Vulnerabilities.ShouldBeNull();
        image.Sbom.ShouldBeNull();
        image.Provenance.ShouldBeNull();
        image.Scans.ShouldBeEmpty();
        image.OtherFields.ShouldBeNull();
        image.Usage!.WorkloadCount.ShouldBe(2);
        image.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_SameDigest_KeepsAllThatIsKnown()
    {
        _sandbox.Push("1.0.0");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.0.0", RoundSandbox.WithSections);
        var before = _sandbox.Of("1.0.0")!;

        await _sandbox.ScanAsync();

        var image = _sandbox.Of("1.0.0")!;
        image.Vulnerabilities.ShouldNotBeNull().Critical.ShouldBe(3);
        image.Sbom.ShouldNotBeNull().TotalPackages.ShouldBe(7);
        image.Provenance.ShouldNotBeNull().Builder.ShouldBe("ci");
        image.Scans.Keys.ShouldBe(["licences"]);
        image.OtherFields!.Keys.ShouldBe(["later"]);
        image.Usage!.WorkloadCount.ShouldBe(2);
        image.Timestamps.ShouldBe(before.Timestamps);
    }

    [Fact]
    public async Task Scan_TagGoneAndBack_IsGoneAndThenNew()
    {
        _sandbox.Push("1.0.0");
        var image = _sandbox.Push("1.1.0");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.1.0", RoundSandbox.WithSections);

        _sandbox.Registry.RemoveTag(RoundSandbox.Repository, "1.1.0");
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        await _sandbox.ScanAsync();
        _sandbox.Status.Images.Select(found => found.Tag).ShouldBe(["1.0.0"]);
        _sandbox.Status.Tags!.Found.ShouldBe(1);

        _sandbox.Push("1.1.0", image);
        await _sandbox.ScanAsync();
        _sandbox.Of("1.1.0")!.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start.AddHours(1));
        _sandbox.Of("1.1.0")!.Vulnerabilities.ShouldBeNull();
        _sandbox.Of("1.0.0")!.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_TagsOfOneDigest_HaveTheirOwnTimesAndResults()
    {
        var image = _sandbox.Push("1.0.0", "same");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.0.0", RoundSandbox.WithSections);
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        _sandbox.Push("latest", image);

        await _sandbox.ScanAsync();

        _sandbox.Of("latest")!.Digest.ShouldBe(_sandbox.Of("1.0.0")!.Digest);
        _sandbox.Of("latest")!.Config!.Labels["content"].ShouldBe("same");
        _sandbox.Of("latest")!.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start.AddHours(1));
        _sandbox.Of("1.0.0")!.Vulnerabilities.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(1, 500, "1 of 3 tags could not be read, what was known of them is kept. 1 of them may be newer than what spec.tagFilter.limit leaves in. 1.4")]
    [InlineData(2, 500, "2 of 4 tags could not be read, what was known of them is kept. 2 of them may be newer than what spec.tagFilter.limit leaves in. 1.4")]
    [InlineData(1, 404, "1 tag that could not be read is left out by spec.tagFilter.limit and may be newer. 1.4.0: ")]
    [InlineData(2, 404, "2 tags that could not be read are left out by spec.tagFilter.limit and may be newer. 1.4.0: ")]
    public async Task Scan_NewTagsUnreadableWithALimit_AreNotLeftOutInSilence(int count, int status, string sentence)
    {
        for (var i = 0; i < 5; i++) _sandbox.Push($"1.{i}.0");
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Limit = 2 } });
        using var fault = _sandbox.Registry.Inject(Faults.Status(status).OnManifests().When(request =>
            request.Path.Value!.EndsWith("1.4.0", StringComparison.Ordinal)
            || (count == 2 && request.Path.Value!.EndsWith("1.3.0", StringComparison.Ordinal))));

        // What the registry says of a tag is the tag's; what it fails to say is still to be read.
        ((await _sandbox.ScanAsync()).Failure is null).ShouldBe(status == 404);

        _sandbox.Status.Images.Count.ShouldBe(2);
        _sandbox.Status.Images.ShouldAllBe(image => image.Reason == null);
        _sandbox.Status.Message.ShouldNotBeNull().ShouldStartWith(sentence);
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe(_sandbox.Status.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_OneTagUnreadable_FailsAndKeepsWhatIsKnown(bool wasReadBefore)
    {
        for (var i = 0; i < 5; i++) _sandbox.Push($"1.{i}.0");
        var chart = new ArtifactBuilder().WithConfig("application/vnd.cncf.helm.config.v1+json", "{}").Build();
        _sandbox.Push("chart", chart);
        if (wasReadBefore) await _sandbox.ScanAsync();
        var before = wasReadBefore ? _sandbox.Of("1.2.0") : null;
        using (_sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/1.2.0")))
            (await _sandbox.ScanAsync()).Failure!.Reason.ShouldBe(ScanReasons.RegistryUnavailable);

        _sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        _sandbox.Status.Message.ShouldNotBeNull().ShouldStartWith("1 of 6 tags could not be read, what was known of them is kept. 1.2.0: registry ");
        _sandbox.ConditionOf("Ready")!.Status.ShouldBe("False");
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe(_sandbox.Status.Message);
        var image = _sandbox.Of("1.2.0")!;
        image.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        image.Message.ShouldNotBeNullOrEmpty();
        image.Digest.ShouldBe(before?.Digest);
        image.Config?.Labels["content"].ShouldBe("1.2.0");
        image.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
        _sandbox.Of("chart")!.Reason.ShouldBe(ScanReasons.NotAnImage);

        await _sandbox.ScanAsync();
        _sandbox.Status.Message.ShouldBeNull();
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe("6 images.");
        _sandbox.Of("1.2.0")!.Reason.ShouldBeNull();
        _sandbox.Of("1.2.0")!.Message.ShouldBeNull();
        _sandbox.Of("1.2.0")!.Config!.Labels["content"].ShouldBe("1.2.0");
    }

    [Fact]
    public async Task Scan_TagMovedToWhatCantBeRead_ShowsTheNewDigestWithoutOldData()
    {
        _sandbox.Push("1.0.0", "old");
        _sandbox.Push("1.1.0");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.0.0", RoundSandbox.WithSections);
        var moved = _sandbox.Push("1.0.0", "new");
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "BLOB_UNKNOWN").OnBlobs());

        await _sandbox.ScanAsync();

        var image = _sandbox.Of("1.0.0")!;
        _sandbox.Status.Message.ShouldNotBeNull().ShouldStartWith("1 of 2 tags could not be read");
        image.Digest.ShouldBe(moved.Digest.ToString());
        image.Reason.ShouldBe(ScanReasons.NotFound);
        image.Config.ShouldBeNull();
        image.Vulnerabilities.ShouldBeNull();
        image.Usage!.WorkloadCount.ShouldBe(2);
        image.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
    }

    [Fact]
    public async Task Scan_NotOneTagIsAnImage_IsASuccess()
    {
        _sandbox.Push("chart", new ArtifactBuilder().WithType("application/x-chart").Build());

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Message.ShouldNotBeNull().ShouldStartWith("The repository has no images. chart: The tag names an artifact of type ");
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe(_sandbox.Status.Message);
    }

    [Fact]
    public async Task Scan_NoTags_IsASuccess()
    {
        _sandbox.Push("1.0.0");
        _sandbox.Registry.RemoveTag(RoundSandbox.Repository, "1.0.0");

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Images.ShouldBeEmpty();
        _sandbox.Status.Message.ShouldBe("The repository has no tags.");
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe("The repository has no tags.");
    }

    [Theory]
    [InlineData("^9", null,
        "The repository has no images: all 3 tags are left out, 2 by spec.tagFilter.include (^9) and 1 for they hold signatures or referrers of images.")]
    [InlineData("^1", "1[.]0, 1[.]1",
        "The repository has no images: all 3 tags are left out, 2 by spec.tagFilter.exclude (1[.]0, 1[.]1) "
            + "and 1 for they hold signatures or referrers of images.")]
    [InlineData("^1[.]0", "^1",
        "The repository has no images: all 3 tags are left out, 1 by spec.tagFilter.include (^1[.]0), 1 by spec.tagFilter.exclude (^1) "
            + "and 1 for they hold signatures or referrers of images.")]
    [InlineData(null, "^sha", null)]
    public async Task Scan_NothingIsLeft_SaysWhy(string? include, string? exclude, string? sentence)
    {
        foreach (var tag in (string[])["1.0.0", "1.1.0", $"sha256-{new string('1', 64)}.sig"]) _sandbox.Push(tag);
        var excluded = exclude is null ? null : new TagPatterns(exclude.Split(", "));
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Include = include, Exclude = excluded } });

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Message.ShouldBe(sentence);
        _sandbox.ConditionOf("Ready")!.Message.ShouldBe(sentence ?? "2 images.");
    }

    [Fact]
    public async Task Scan_NoTagNamesAnImage_SaysSo()
    {
        foreach (var tag in (string[])["a", "b"]) _sandbox.Push(tag, new ArtifactBuilder().WithType("application/x-chart").Build());

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Message.ShouldBe("The repository has no images: none of 2 tags names one, each has its reason in status.images.");
    }
}
