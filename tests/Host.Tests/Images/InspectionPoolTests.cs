using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

public sealed class InspectionPoolTests : IAsyncLifetime
{
    private InspectionSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Inspect_NoTags_AsksNothing()
    {
        (await _sandbox.InspectAllAsync([], concurrency: 4)).ShouldBeEmpty();
        _sandbox.TakeRequests().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(50)]
    public async Task Inspect_ManyTags_AnswersInTheOrderAskedAndTellsOfEachOnce(int concurrency)
    {
        string[] tags = [.. PushMany("t", 30).Reverse()];
        // The first tags asked for are answered last.
        using var fault = _sandbox.Registry.Inject(Faults.Delay(TimeSpan.FromMilliseconds(20)).OnPath("/manifests/t02"));
        var told = 0;

        var images = await InspectAsync(_sandbox.Pool(concurrency, () => Interlocked.Increment(ref told)), tags);

        images.Select(image => image.Tag.Tag).ShouldBe(tags);
        images.Select(image => image.Details!.Config!.Labels["name"]).ShouldBe(tags);
        told.ShouldBe(tags.Length);
        _sandbox.TakeRequests().Count.ShouldBe(2 * tags.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Inspect_ManyTags_AsManyAtATimeAsAllowed(int concurrency)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri("https://r.example"), "shop/api"));
        client.ResolveAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(new Descriptor { MediaType = MediaTypes.DockerManifestSchema1, Digest = Digest.Compute("x"u8), Size = 1 });
        int underWay = 0, most = 0;
        var full = new TaskCompletionSource();
        client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns(async _ =>
        {
            var now = Interlocked.Increment(ref underWay);
            lock (client) most = Math.Max(most, now);
            // Nobody is answered before all that may be under way are; then each is let through.
            if (now == concurrency) full.TrySetResult();
            await full.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            Interlocked.Decrement(ref underWay);
            return new Manifest { MediaType = MediaTypes.DockerManifestSchema1, Digest = Digest.Compute("x"u8), Content = default };
        });

        await InspectAsync(_sandbox.Pool(concurrency, client: client), Enumerable.Range(0, 40).Select(i => $"t{i}"));

        most.ShouldBe(concurrency);
    }

    /// <summary>One configuration that can't be read and is shared by many tags is the reason of these tags, and of no other.</summary>
    [Theory]
    [InlineData(1, 1, "first")]
    [InlineData(3, 1, "first")]
    [InlineData(4, 1, "first")]
    [InlineData(4, 4, "first")]
    [InlineData(10, 4, "first")]
    [InlineData(20, 4, "first")]
    [InlineData(20, 1, "middle")]
    [InlineData(10, 4, "middle")]
    [InlineData(20, 4, "middle")]
    [InlineData(20, 4, "last")]
    [InlineData(20, 1, "mixed")]
    [InlineData(20, 4, "mixed")]
    public async Task Inspect_OneBadBlobOfManyTags_TheOthersAreRead(int bad, int concurrency, string where)
    {
        var shared = InspectionSandbox.Image("bad");
        string[] badTags = [.. Enumerable.Range(0, bad).Select(i => $"bad{i:00}")];
        foreach (var tag in badTags) _sandbox.Push(tag, shared);
        var good = PushMany("good", 40);
        string[] tags = where switch
        {
            "first" => [.. badTags, .. good],
            "last" => [.. good, .. badTags],
            "middle" => [.. good.Take(20), .. badTags, .. good.Skip(20)],
            _ => [.. good.Take(bad).Zip(badTags, (one, other) => (string[])[one, other]).SelectMany(pair => pair), .. good.Skip(bad)],
        };
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath($"/blobs/{shared.Config.Digest}"));
        var pool = _sandbox.Pool(concurrency);

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldBeNull();
        images.Count(image => image.Details is not null).ShouldBe(40);
        images.Where(image => image.Details is null).Select(image => image.Tag.Tag).ShouldBe(badTags);
        images.Where(image => image.Details is null).ShouldAllBe(image => image.Reason == ScanReasons.RegistryUnavailable && image.Message != null);
        _sandbox.TakeRequests().Count(request => request == $"GET blobs/{shared.Config.Digest}").ShouldBe(Math.Min(bad, 2));
    }

    [Fact]
    public async Task Inspect_SeveralBadBlobsInARow_TheOthersAreRead()
    {
        string[] bad = [.. PushMany("bad", 20)], good = [.. PushMany("good", 20)];
        var broken = bad.Select(tag => InspectionSandbox.Image(tag).Config.Digest.ToString()).ToHashSet();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnBlobs().When(request => broken.Contains(request.Path.Value!.Split('/')[^1])));
        var pool = _sandbox.Pool();

        var images = await pool.InspectAsync([.. bad.Concat(good).Select(VersionedTag.Read)], TestContext.Current.CancellationToken);

        pool.Outage.ShouldBeNull();
        images.Where(image => image.Details is not null).Select(image => image.Tag.Tag).ShouldBe(good);
    }

    [Fact]
    public async Task Inspect_BlobStorageIsAway_EndsAfterABoundedNumberOfRequests()
    {
        var tags = PushMany("t", 200);
        using var fault = _sandbox.Registry.Inject(Faults.Status(503).OnBlobs());
        var told = 0;
        var pool = _sandbox.Pool(inspected: () => told++);

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldNotBeNull().Kind.ShouldBe(RegistryErrorKind.ServerError);
        images.ShouldAllBe(image => image.Reason == ScanReasons.RegistryUnavailable && image.Message != null && image.Details == null);
        told.ShouldBe(200);
        var requests = _sandbox.TakeRequests();
        requests.Count(request => request.Contains("blobs/", StringComparison.Ordinal)).ShouldBe(25);
        requests.Count.ShouldBe(50);
    }

    [Fact]
    public async Task Inspect_ManifestsOfIndexesAreAway_EndsAfterABoundedNumberOfRequests()
    {
        for (var i = 0; i < 60; i++) _sandbox.Push($"t{i:00}", new IndexBuilder().WithImage(InspectionSandbox.Image($"t{i:00}")).Build());
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnPath("/manifests/sha256:"));
        var pool = _sandbox.Pool();

        await pool.InspectAsync([.. Enumerable.Range(0, 60).Select(i => VersionedTag.Read($"t{i:00}"))], TestContext.Current.CancellationToken);

        pool.Outage.ShouldNotBeNull();
        _sandbox.TakeRequests().Count.ShouldBe(50);
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(4, 4, 7)]
    [InlineData(10, 10, 19)]
    public async Task Inspect_RegistryIsAway_EndsAfterAFewRequests(int concurrency, int least, int most)
    {
        var tags = PushMany("t", 60);
        using var fault = _sandbox.Registry.Inject(Faults.Status(503));
        var pool = _sandbox.Pool(concurrency);

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldNotBeNull();
        images.ShouldAllBe(image => image.Reason == ScanReasons.RegistryUnavailable);
        _sandbox.TakeRequests().Count.ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task Inspect_DamagedManifestThatManyTagsName_CostsTheOthersNothing()
    {
        var damaged = PushMany("a", 20);
        var tags = damaged.Concat(PushMany("b", 40)).ToArray();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnManifests().When(request => request.Path.Value!.Split('/')[^1][0] == 'a'));
        var pool = _sandbox.Pool(concurrency: 4);

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldBeNull();
        images.Count(image => image.Details is not null).ShouldBe(40);
        images.Count(image => image.Reason == ScanReasons.RegistryUnavailable).ShouldBe(damaged.Length);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(8, 9)]
    [InlineData(9, 10)]
    public async Task Inspect_Throttled_AsksNothingMore(int answered, int requests)
    {
        var tags = PushMany("t", 20);
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests().After(answered).Times(1));
        var pool = _sandbox.Pool();

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldNotBeNull().Kind.ShouldBe(RegistryErrorKind.RateLimited);
        _sandbox.TakeRequests().Count.ShouldBe(requests);
        images.Count(image => image.Details is not null).ShouldBe(answered / 2);
        images.Skip(answered / 2).ShouldAllBe(image => image.Reason == ScanReasons.RateLimited && image.Message != null);
    }

    [Fact]
    public async Task Inspect_AskedAgainAfterAnOutage_AsksNothing()
    {
        var tags = PushMany("t", 3);
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests().Times(1));
        var pool = _sandbox.Pool();
        await pool.InspectAsync([VersionedTag.Read(tags[0])], TestContext.Current.CancellationToken);
        _sandbox.TakeRequests();

        var images = await InspectAsync(pool, tags);

        images.ShouldAllBe(image => image.Reason == ScanReasons.RateLimited);
        _sandbox.TakeRequests().ShouldBeEmpty();
    }

    [Fact]
    public async Task Inspect_SingleTagsThatFail_AreToldAndTheRestIsRead()
    {
        var tags = PushMany("t", 9);
        // Two in a row, twice.
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnManifests().When(request => request.Path.Value![^1] is '2' or '3' or '6' or '7'));
        var pool = _sandbox.Pool();

        var images = await InspectAsync(pool, tags);

        pool.Outage.ShouldBeNull();
        images.Where(image => image.Reason is not null).Select(image => image.Tag.Tag).ShouldBe(["t002", "t003", "t006", "t007"]);
        images.Count(image => image.Details is not null).ShouldBe(5);
    }

    [Fact]
    public async Task Inspect_PluginsClientTimesOutByAnExceptionOfItsOwn_IsEachTagsReasonAndAnOutage()
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri("layout:///images"), "shop/api"));
        var asked = 0;
        client.ResolveAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns<Descriptor>(_ =>
        {
            asked++;
            throw new TaskCanceledException("connect timed out");
        });
        var pool = _sandbox.Pool(client: client);

        var images = await pool.InspectAsync([.. Enumerable.Range(0, 9).Select(i => VersionedTag.Read($"t{i}"))], TestContext.Current.CancellationToken);

        images.ShouldAllBe(image => image.Reason == ScanReasons.TimedOut && image.Message != null);
        pool.Outage.ShouldNotBeNull();
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task Inspect_Cancelled_EndsWithoutResultsAndWithoutAnotherRequest()
    {
        var tags = PushMany("t", 20);
        using var stop = new CancellationTokenSource();
        var told = 0;
        var pool = _sandbox.Pool(inspected: () =>
        {
            if (++told == 3) stop.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(pool.InspectAsync([.. tags.Select(VersionedTag.Read)], stop.Token));

        told.ShouldBe(3);
        _sandbox.TakeRequests().Count.ShouldBe(6);
        pool.Outage.ShouldBeNull();
    }

    [Fact]
    public async Task Inspect_CancelledWhileTheRegistryHangs_Ends()
    {
        var tags = PushMany("t", 20);
        using var fault = _sandbox.Registry.Inject(Faults.Hang());
        using var stop = new CancellationTokenSource();
        var running = _sandbox.Pool(concurrency: 4).InspectAsync([.. tags.Select(VersionedTag.Read)], stop.Token);
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 4, "4 requests");

        await stop.CancelAsync();

        // Far below the time that the client itself allows a request.
        await Should.ThrowAsync<OperationCanceledException>(
            running.WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, TestContext.Current.CancellationToken));
        _sandbox.Registry.RequestCount.ShouldBe(4);
    }

    [Fact]
    public async Task Inspect_ProgressThatFails_EndsTheRoundWithItsFault()
    {
        var tags = PushMany("t", 20);
        var pool = _sandbox.Pool(concurrency: 2, inspected: () => throw new InvalidOperationException("no terminal"));

        var fault = await Should.ThrowAsync<InvalidOperationException>(InspectAsync(pool, tags));

        fault.Message.ShouldBe("no terminal");
    }

    private static Task<InspectedImage[]> InspectAsync(InspectionPool pool, IEnumerable<string> tags) =>
        pool.InspectAsync([.. tags.Select(VersionedTag.Read)], TestContext.Current.CancellationToken);

    private string[] PushMany(string prefix, int count)
    {
        string[] tags = [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i:000}")];
        foreach (var tag in tags) _sandbox.Push(tag);
        return tags;
    }
}
