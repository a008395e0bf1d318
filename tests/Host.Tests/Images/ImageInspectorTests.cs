using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

public sealed class ImageInspectorTests : IAsyncLifetime
{
    private InspectionSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Inspect_NewImage_CostsItsManifestAndItsConfiguration()
    {
        var pushed = _sandbox.Push("1.0.0");

        var image = await _sandbox.InspectAsync("1.0.0");

        image.Tag.Tag.ShouldBe("1.0.0");
        image.Digest.ShouldBe(pushed.Digest);
        image.Reason.ShouldBeNull();
        image.Message.ShouldBeNull();
        image.LastKnown.ShouldBeNull();
        image.Details.ShouldNotBeNull().Size.ShouldBe(pushed.TotalSize);
        image.Details.Config!.Labels["name"].ShouldBe("1.0.0");
        _sandbox.TakeRequests().ShouldBe(["GET manifests/1.0.0", $"GET blobs/{pushed.Config.Digest}"]);
    }

    [Fact]
    public async Task Inspect_NewIndex_CostsOneManifestMore()
    {
        var amd64 = InspectionSandbox.Image("amd64");
        var index = _sandbox.Push("1.0.0", new IndexBuilder().WithImage(InspectionSandbox.Image("s390x", platform: "linux/s390x")).WithImage(amd64).Build());

        (await _sandbox.InspectAsync("1.0.0")).Digest.ShouldBe(index.Digest);

        _sandbox.TakeRequests().ShouldBe(["GET manifests/1.0.0", $"GET manifests/{amd64.Digest}", $"GET blobs/{amd64.Config.Digest}"]);
    }

    [Fact]
    public async Task Inspect_KnownAndUnchanged_CostsOneHeadAndKeepsItsDetails()
    {
        _sandbox.Push("1.0.0");
        var first = await _sandbox.InspectAndRememberAsync("1.0.0");
        _sandbox.TakeRequests();

        var again = await _sandbox.InspectAndRememberAsync("1.0.0");

        again.Details.ShouldBeSameAs(first.Details);
        again.Digest.ShouldBe(first.Digest);
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_KnownByStatusAlone_CostsOneHead()
    {
        // As after a restart: nothing is cached.
        var pushed = _sandbox.Push("1.0.0");
        var details = SampleDetails.Image();
        _sandbox.Known["1.0.0"] = new KnownImage(pushed.Digest, null, details);

        (await _sandbox.InspectAsync("1.0.0")).Details.ShouldBeSameAs(details);

        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_MovedTag_IsReadAnewByItsDigest()
    {
        _sandbox.Push("latest", InspectionSandbox.Image("old"));
        await _sandbox.InspectAndRememberAsync("latest");
        var moved = _sandbox.Push("latest", new ImageBuilder().WithLabel("name", "new").WithFillerLayer(500).Build());
        _sandbox.TakeRequests();

        var image = await _sandbox.InspectAndRememberAsync("latest");

        image.Digest.ShouldBe(moved.Digest);
        image.Details.ShouldNotBeNull().Size.ShouldBe(moved.TotalSize);
        image.Details.Config!.Labels["name"].ShouldBe("new");
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/latest", $"GET manifests/{moved.Digest}", $"GET blobs/{moved.Config.Digest}"]);
    }

    [Fact]
    public async Task Inspect_TagThatMovesBack_CostsOneHead()
    {
        var old = _sandbox.Push("latest", InspectionSandbox.Image("old"));
        await _sandbox.InspectAndRememberAsync("latest");
        _sandbox.Push("latest", InspectionSandbox.Image("new"));
        await _sandbox.InspectAndRememberAsync("latest");
        _sandbox.Push("latest", old);
        _sandbox.TakeRequests();

        var image = await _sandbox.InspectAndRememberAsync("latest");

        image.Digest.ShouldBe(old.Digest);
        image.Details!.Config!.Labels["name"].ShouldBe("old");
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/latest"]);
    }

    [Fact]
    public async Task Inspect_TagMovedToAnImageThatIsKnownByAnotherTag_CostsOneHead()
    {
        var stable = _sandbox.Push("1.0.0");
        _sandbox.Push("latest", InspectionSandbox.Image("old"));
        await _sandbox.InspectAndRememberAsync("1.0.0");
        await _sandbox.InspectAndRememberAsync("latest");
        _sandbox.Push("latest", stable);
        _sandbox.TakeRequests();

        (await _sandbox.InspectAndRememberAsync("latest")).Details!.Config!.Labels["name"].ShouldBe("1.0.0");

        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/latest"]);
    }

    [Fact]
    public async Task Inspect_NewTagOfAnImageThatTheStatusKnows_CostsItsManifest()
    {
        var pushed = _sandbox.Push("1.0.0");
        var details = SampleDetails.Image();
        _sandbox.Known["1.0.0"] = new KnownImage(pushed.Digest, null, details);
        _sandbox.Push("latest", pushed);

        await _sandbox.InspectAsync("1.0.0");
        (await _sandbox.InspectAsync("latest")).Details.ShouldBeSameAs(details);

        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0", "GET manifests/latest"]);
    }

    [Fact]
    public async Task Inspect_KnownWithoutDetails_IsReadOnce()
    {
        // The status was cut: the digest is known, and nothing else.
        var pushed = _sandbox.Push("1.0.0");
        _sandbox.Known["1.0.0"] = new KnownImage(pushed.Digest, null, null);

        (await _sandbox.InspectAsync("1.0.0")).Details!.Config!.Labels["name"].ShouldBe("1.0.0");
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0", $"GET manifests/{pushed.Digest}", $"GET blobs/{pushed.Config.Digest}"]);

        _sandbox.NewRound();
        (await _sandbox.InspectAsync("1.0.0")).Details!.Config!.Labels["name"].ShouldBe("1.0.0");
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_TagsThatShareADigest_ReadItsConfigurationOnce()
    {
        var shared = _sandbox.Push("a");
        _sandbox.Push("b", shared);

        var first = await _sandbox.InspectAsync("a");
        var second = await _sandbox.InspectAsync("b");

        second.Details.ShouldBeSameAs(first.Details);
        _sandbox.TakeRequests().ShouldBe(["GET manifests/a", $"GET blobs/{shared.Config.Digest}", "GET manifests/b"]);
    }

    [Fact]
    public async Task Inspect_TagsThatShareADigestAtTheSameTime_ReadItsConfigurationOnce()
    {
        var shared = _sandbox.Push("t0");
        string[] tags = [.. Enumerable.Range(0, 10).Select(i => $"t{i}")];
        foreach (var tag in tags) _sandbox.Push(tag, shared);
        // The configuration is answered when all tags have been asked for, so that all of them want it.
        var manifests = 0;
        var all = new TaskCompletionSource();
        using var fault = _sandbox.Registry.Inject(async context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)) await all.Task;
            else if (Interlocked.Increment(ref manifests) == tags.Length) all.SetResult();
            return false;
        });

        var images = await _sandbox.InspectAllAsync(tags, concurrency: tags.Length);

        images.ShouldAllBe(image => image.Details == images[0].Details && image.Details != null);
        var requests = _sandbox.TakeRequests();
        requests.Count(request => request.StartsWith("GET blobs/", StringComparison.Ordinal)).ShouldBe(1);
        requests.Count.ShouldBe(tags.Length + 1);
    }

    [Fact]
    public async Task Inspect_SameDigestOnAnotherHost_IsReadThere()
    {
        await using var other = await InspectionSandbox.StartAsync(_sandbox.Cache);
        var image = _sandbox.Push("1.0.0");
        other.Push("1.0.0", image);
        await _sandbox.InspectAsync("1.0.0");

        (await other.InspectAsync("1.0.0")).Details.ShouldNotBeNull();

        other.TakeRequests().ShouldBe(["GET manifests/1.0.0", $"GET blobs/{image.Config.Digest}"]);
    }

    [Fact]
    public async Task Inspect_KnownTagThatVanished_IsNotFoundAndHoldsNoPlace()
    {
        _sandbox.Push("1.0.0");
        await _sandbox.InspectAndRememberAsync("1.0.0");
        _sandbox.Registry.RemoveTag(InspectionSandbox.Repository, "1.0.0");
        _sandbox.TakeRequests();

        var image = await _sandbox.InspectAndRememberAsync("1.0.0");

        image.Reason.ShouldBe(ScanReasons.NotFound);
        image.Message.ShouldNotBeNull().ShouldContain("1.0.0");
        image.Digest.ShouldBeNull();
        image.Details.ShouldBeNull();
        image.LastKnown.ShouldBeNull();
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0", "GET manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_TagThatComesBack_HasItsDetailsAgain()
    {
        var pushed = _sandbox.Push("1.0.0");
        await _sandbox.InspectAndRememberAsync("1.0.0");
        _sandbox.Registry.RemoveTag(InspectionSandbox.Repository, "1.0.0");
        await _sandbox.InspectAndRememberAsync("1.0.0");
        _sandbox.Push("1.0.0", pushed);
        _sandbox.TakeRequests();

        (await _sandbox.InspectAndRememberAsync("1.0.0")).Details.ShouldNotBeNull();

        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_NewTagThatVanished_IsNotFound()
    {
        var image = await _sandbox.InspectAsync("1.0.0");

        image.Reason.ShouldBe(ScanReasons.NotFound);
        image.Digest.ShouldBeNull();
    }

    [Fact]
    public async Task Inspect_ConfigurationThatIsGone_IsNotFoundUnderItsDigest()
    {
        var pushed = _sandbox.Push("1.0.0");
        _sandbox.Registry.RemoveBlob(InspectionSandbox.Repository, pushed.Config.Digest);

        var image = await _sandbox.InspectAsync("1.0.0");

        image.Reason.ShouldBe(ScanReasons.NotFound);
        image.Digest.ShouldBe(pushed.Digest);
        image.Details.ShouldBeNull();
    }

    /// <summary>What an image that could not be read shows as its digest, and whether what was known of the tag still places it.</summary>
    [Theory]
    [InlineData("HEAD fails", false, true)]
    [InlineData("HEAD is refused", false, true)]
    [InlineData("unchanged, blob fails", false, true)]
    [InlineData("unchanged, blob is gone", true, true)]
    [InlineData("moved, blob fails", false, true)]
    [InlineData("moved, blob is gone", true, false)]
    public async Task Inspect_KnownImageCannotBeRead_KeepsWhatStillHolds(string what, bool showsDigest, bool holds)
    {
        var pushed = _sandbox.Push("1.0.0");
        var named = what.StartsWith("moved", StringComparison.Ordinal) ? Digest.Compute("old"u8) : pushed.Digest;
        var before = new KnownImage(named, null, null) { Created = DateTimeOffset.UnixEpoch };
        _sandbox.Known["1.0.0"] = before;
        if (what.EndsWith("gone", StringComparison.Ordinal)) _sandbox.Registry.RemoveBlob(InspectionSandbox.Repository, pushed.Config.Digest);
        if (what == "HEAD fails") _sandbox.Registry.Inject(Faults.Status(500).OnManifests());
        if (what == "HEAD is refused") _sandbox.Registry.Inject(Faults.Status(403).OnManifests());
        if (what.EndsWith("blob fails", StringComparison.Ordinal)) _sandbox.Registry.Inject(Faults.Status(500).OnBlobs());

        var image = await _sandbox.InspectAsync("1.0.0");

        image.Details.ShouldBeNull();
        image.Reason.ShouldNotBeNull();
        image.Message.ShouldNotBeNullOrEmpty();
        image.Digest.ShouldBe(showsDigest ? pushed.Digest : null);
        image.LastKnown.ShouldBe(holds ? before : null);
    }

    [Theory]
    [InlineData(401, ScanReasons.Unauthorized)]
    [InlineData(403, ScanReasons.Unauthorized)]
    [InlineData(404, ScanReasons.NotFound)]
    [InlineData(429, ScanReasons.RateLimited)]
    [InlineData(500, ScanReasons.RegistryUnavailable)]
    [InlineData(503, ScanReasons.RegistryUnavailable)]
    public async Task Inspect_ReadThatFails_IsTheTagsReason(int status, string reason)
    {
        _sandbox.Push("1.0.0");
        using var fault = _sandbox.Registry.Inject(Faults.Status(status).OnBlobs());

        var image = await _sandbox.InspectAsync("1.0.0");

        image.Reason.ShouldBe(reason);
        image.Message.ShouldNotBeNullOrEmpty();
        image.Details.ShouldBeNull();
        _sandbox.Log.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("corrupt", ScanReasons.InvalidContent)]
    [InlineData("no JSON", ScanReasons.InvalidContent)]
    [InlineData("ambiguous", ScanReasons.InvalidContent)]
    public async Task Inspect_ManifestThatIsNone_IsInvalid(string what, string reason)
    {
        _sandbox.Push("1.0.0", what switch
        {
            "no JSON" => new TestManifest(MediaTypes.OciManifest, "<html>"u8.ToArray()),
            "ambiguous" => new TestManifest(MediaTypes.OciManifest, """{"layers":[],"manifests":[]}"""u8.ToArray()),
            _ => InspectionSandbox.Image("x"),
        });
        if (what == "corrupt") _sandbox.Registry.Inject(Faults.Corrupt().OnManifests());

        (await _sandbox.InspectAsync("1.0.0")).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Inspect_ReadFailedOnce_TheNextTagReadsForItself()
    {
        var shared = _sandbox.Push("a");
        _sandbox.Push("b", shared);
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnBlobs().Times(1));

        (await _sandbox.InspectAsync("a")).Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        (await _sandbox.InspectAsync("b")).Details.ShouldNotBeNull();
        (await _sandbox.InspectAsync("a")).Details.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("is gone")]
    [InlineData("is no configuration")]
    public async Task Inspect_ReadFailedTwice_OtherTagsAreToldWithoutARequest(string what)
    {
        var shared = what == "is no configuration" ? RawImage("[]") : InspectionSandbox.Image("shared");
        foreach (var tag in (string[])["a", "b", "c", "d"]) _sandbox.Push(tag, shared);
        if (what == "is gone") _sandbox.Registry.RemoveBlob(InspectionSandbox.Repository, shared.Blobs[0].Digest);
        if (what == "fails") _sandbox.Registry.Inject(Faults.Status(500).OnBlobs());

        var images = new List<InspectedImage>();
        foreach (var tag in (string[])["a", "b", "c", "d"]) images.Add(await _sandbox.InspectAsync(tag));

        images.ShouldAllBe(image => image.Reason == images[0].Reason && image.Reason != null && image.Message != null);
        _sandbox.TakeRequests().Where(request => request.StartsWith("GET blobs/", StringComparison.Ordinal)).Count().ShouldBe(2);

        // The next round knows nothing of it.
        _sandbox.NewRound();
        await _sandbox.InspectAsync("a");
        _sandbox.TakeRequests().ShouldBe(["GET manifests/a", $"GET blobs/{shared.Blobs[0].Digest}"]);
    }

    [Fact]
    public async Task Inspect_WaitingForAReadThatIsCancelled_ReadsForItself()
    {
        var shared = _sandbox.Push("a");
        _sandbox.Push("b", shared);
        using var fault = _sandbox.Registry.Inject(Faults.Hang().OnBlobs().Times(1));
        using var givesUp = new CancellationTokenSource();
        var first = _sandbox.InspectAsync("a", givesUp.Token);
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 2, "2 requests");
        var second = _sandbox.InspectAsync("b");
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 3, "3 requests");

        await givesUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(first);
        (await second).Details.ShouldNotBeNull();
        _sandbox.Log.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Inspect_CancelledReads_DoNotCountAsFailed()
    {
        _sandbox.Push("a");
        using (_sandbox.Registry.Inject(Faults.Hang().OnBlobs()))
        {
            for (var i = 0; i < InspectionAttempts; i++)
            {
                using var givesUp = new CancellationTokenSource();
                var reading = _sandbox.InspectAsync("a", givesUp.Token);
                var requests = 2 * (i + 1);
                await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == requests, $"{requests} requests");
                await givesUp.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(reading);
            }
        }

        (await _sandbox.InspectAsync("a")).Details.ShouldNotBeNull();
    }

    [Fact]
    public async Task Inspect_GivesUpWhileAnotherReads_EndsAtOnceAndTheOtherGoesOn()
    {
        var shared = _sandbox.Push("a");
        _sandbox.Push("b", shared);
        var answer = new TaskCompletionSource();
        using var fault = _sandbox.Registry.Inject(new Fault(async _ =>
        {
            await answer.Task;
            return false;
        }).OnBlobs());
        using var givesUp = new CancellationTokenSource();
        var first = _sandbox.InspectAsync("a");
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 2, "2 requests");
        var second = _sandbox.InspectAsync("b", givesUp.Token);
        await Waiting.UntilAsync(() => _sandbox.Registry.RequestCount == 3, "3 requests");

        await givesUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        answer.SetResult();

        (await first).Details.ShouldNotBeNull();
    }

    [Fact]
    public async Task Inspect_CallerGaveUp_IsHisCancellationWhateverTheClientThrows()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        _sandbox.NewRound(Client(new RegistryException(RegistryErrorKind.TimedOut, "No answer.")));

        await Should.ThrowAsync<OperationCanceledException>(_sandbox.InspectAsync("1.0.0", stopped.Token));
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task Inspect_FaultThatNobodyThoughtOf_IsTheTagsReasonAndTheLogTellsIt(Type type)
    {
        _sandbox.NewRound(Client((Exception)Activator.CreateInstance(type, "password=hunter2")!));

        var image = await _sandbox.InspectAsync("1.0.0");

        image.Reason.ShouldBe(ScanReasons.Failed);
        image.Message.ShouldNotBeNull().ShouldContain("1.0.0");
        image.Message.ShouldNotContain(type.Name);
        image.Message.ShouldNotContain("hunter2");
        var (level, message, exception) = _sandbox.Log.Entries.ShouldHaveSingleItem();
        level.ShouldBe(Microsoft.Extensions.Logging.LogLevel.Error);
        message.ShouldContain("1.0.0");
        exception.ShouldBeOfType(type);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, ScanReasons.TooLarge)]
    public async Task Inspect_ConfigurationAtTheLimit_IsReadAndAboveItRefusedUnread(int above, string? reason)
    {
        const int Limit = 4 * 1024 * 1024;
        var padding = new string('x', Limit + above - """{"author":""}""".Length);
        var image = _sandbox.Push("1.0.0", RawImage($$"""{"author":"{{padding}}"}"""));

        (await _sandbox.InspectAsync("1.0.0")).Reason.ShouldBe(reason);

        _sandbox.TakeRequests().ShouldBe(reason is null ? ["GET manifests/1.0.0", $"GET blobs/{image.Blobs[0].Digest}"] : ["GET manifests/1.0.0"]);
    }

    [Fact]
    public async Task Inspect_ConfigurationLargerThanItsDescriptorSays_IsNotRead()
    {
        _sandbox.Push("1.0.0", RawImage("""{"author":"someone"}""", size: 5));

        (await _sandbox.InspectAsync("1.0.0")).Reason.ShouldBe(ScanReasons.InvalidContent);
    }

    [Fact]
    public async Task Inspect_Schema1_IsNotKeptForOthers()
    {
        var manifest = _sandbox.Push("old", new TestManifest(MediaTypes.DockerManifestSchema1Signed, """{"schemaVersion":1}"""u8.ToArray()));

        (await _sandbox.InspectAsync("old")).Reason.ShouldBeNull();
        (await _sandbox.InspectAsync("old")).Details!.Reason.ShouldBe(ScanReasons.UnsupportedManifest);

        _sandbox.Cache.Count.ShouldBe(0);
        _sandbox.Known["old"] = new KnownImage(manifest.Digest, null, (await _sandbox.InspectAsync("old")).Details);
        _sandbox.TakeRequests();
        _sandbox.NewRound();
        (await _sandbox.InspectAsync("old")).Details!.Reason.ShouldBe(ScanReasons.UnsupportedManifest);
        _sandbox.TakeRequests().ShouldBe(["HEAD manifests/old"]);
        _sandbox.Cache.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Inspect_WhatIsNoImage_IsReadOnce()
    {
        var chart = _sandbox.Push("chart", new ArtifactBuilder().WithType("application/vnd.acme.chart").Build());

        var first = await _sandbox.InspectAndRememberAsync("chart");
        var again = await _sandbox.InspectAndRememberAsync("chart");

        first.Digest.ShouldBe(chart.Digest);
        first.Details!.Reason.ShouldBe(ScanReasons.NotAnImage);
        again.Details.ShouldBeSameAs(first.Details);
        _sandbox.TakeRequests().ShouldBe(["GET manifests/chart", "HEAD manifests/chart"]);
    }

    private const int InspectionAttempts = 4;

    /// <summary>A client that fails with this on every read.</summary>
    private static IRegistryClient Client(Exception exception)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri("https://r.example"), "shop/api"));
        client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).ThrowsAsync(exception);
        return client;
    }

    private static TestManifest RawImage(string configuration, int? size = null)
    {
        var config = new TestBlob(MediaTypes.OciImageConfig, System.Text.Encoding.UTF8.GetBytes(configuration));
        var manifest = $$$"""
            {"schemaVersion":2,"layers":[],
             "config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{config.Digest}}}","size":{{{size ?? config.Content.Length}}}}}
            """;
        return new TestManifest(MediaTypes.OciManifest, System.Text.Encoding.UTF8.GetBytes(manifest), [config]);
    }
}
