using System.Text;
using NSubstitute;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Attachments;

/// <summary>Places that fail, bounds that are reached, registries that are away.</summary>
public sealed class IncompleteWalkTests : IAsyncLifetime
{
    private AttachmentSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sandbox = await AttachmentSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(500, RegistryErrorKind.ServerError)]
    [InlineData(403, RegistryErrorKind.Denied)]
    [InlineData(401, RegistryErrorKind.Unauthorized)]
    public async Task List_PlaceFails_HasTheOthersAndTheProblem(int status, RegistryErrorKind kind)
    {
        var sig = _sandbox.AddTag(_sandbox.Amd64, ".sig");
        using var fault = _sandbox.Registry.Inject(Faults.Status(status).OnReferrers());

        var list = await _sandbox.ListAsync(_sandbox.Amd64, [AttachmentSandbox.Tag(_sandbox.Amd64, ".sig")]);

        list.Attachments.ShouldHaveSingleItem().Descriptor.Digest.ShouldBe(sig.Digest);
        list.Problem!.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task List_ReferrersFailWith500_AreAskedForOnce()
    {
        var index = _sandbox.AddIndex();
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnReferrers());

        (await _sandbox.ListAsync(index, [], _sandbox.Amd64, _sandbox.Arm64)).Problem!.Kind.ShouldBe(RegistryErrorKind.ServerError);

        _sandbox.Requests.ShouldBe([$"referrers/{index.Digest} 500", $"manifests/{index.Digest} 200"]);
    }

    [Fact]
    public async Task List_ReferrersOfOneManifestAreDenied_HasThoseOfTheOthers()
    {
        var index = _sandbox.AddIndex();
        var artifact = _sandbox.Attach(_sandbox.Arm64);
        using var fault = _sandbox.Registry.Inject(Faults.Status(403).OnPath($"/referrers/{index.Digest}"));

        var list = await _sandbox.ListAsync(index, [], _sandbox.Amd64, _sandbox.Arm64);

        list.Attachments.ShouldHaveSingleItem().Descriptor.Digest.ShouldBe(artifact.Digest);
        list.Problem!.Kind.ShouldBe(RegistryErrorKind.Denied);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    public async Task List_EveryPlaceFails_IsTheFailure(int status)
    {
        using var fault = _sandbox.Registry.Inject(Faults.Status(status));

        (await Should.ThrowAsync<RegistryException>(_sandbox.ListAsync(_sandbox.Amd64, tags: null))).StatusCode.ShouldBe((System.Net.HttpStatusCode)status);

        // All four were tried.
        _sandbox.Requests.Count().ShouldBe(4);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task List_RegistryThrottlesOrIsAway_EndsAtOnceAndIsTriedAnewByTheNext(int status)
    {
        _sandbox.Attach(_sandbox.Amd64);
        var attachments = _sandbox.Of(_sandbox.Amd64, tags: null);
        using (_sandbox.Registry.Inject(Faults.Status(status).OnReferrers()))
            (await Should.ThrowAsync<RegistryException>(attachments.ListAsync(Cancel))).StatusCode.ShouldBe((System.Net.HttpStatusCode)status);
        _sandbox.Registry.RequestCount.ShouldBe(1);

        (await attachments.ListAsync(Cancel)).Attachments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task List_RegistryGoesAwayWhileTypesAreRead_IsTheFailure()
    {
        _sandbox.Attach(_sandbox.Amd64, type: null);
        using var fault = _sandbox.Registry.Inject(Faults.Disconnect().OnManifests());

        (await Should.ThrowAsync<RegistryException>(_sandbox.ListAsync(_sandbox.Amd64, []))).Kind.ShouldBe(RegistryErrorKind.Unreachable);
    }

    [Fact]
    public async Task List_ManifestIsGoneOrDamaged_IsLeftOutAndTold()
    {
        var gone = _sandbox.Attach(_sandbox.Amd64, type: null);
        var kept = _sandbox.Attach(_sandbox.Amd64);
        using (_sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnPath(gone.Digest.ToString())))
        {
            var list = await _sandbox.ListAsync(_sandbox.Amd64, []);
            list.Attachments.ShouldHaveSingleItem().Descriptor.Digest.ShouldBe(kept.Digest);
            list.Problem!.Kind.ShouldBe(RegistryErrorKind.NotFound);
        }

        using (_sandbox.Registry.Inject(Faults.Corrupt().OnPath(gone.Digest.ToString())))
            (await _sandbox.ListAsync(_sandbox.Amd64, [])).Problem!.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Fact]
    public async Task List_DocumentThatIsNoManifest_IsLeftOutAndTold()
    {
        var tag = AttachmentSandbox.Tag(_sandbox.Amd64, ".sig");
        _sandbox.Add(tag, new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes("""{"schemaVersion":2,"config":[],"layers":7}""")));

        var list = await _sandbox.ListAsync(_sandbox.Amd64, [tag]);

        list.Attachments.ShouldBeEmpty();
        list.Problem!.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        list.Problem.Message.ShouldContain("can't be read");
    }

    [Fact]
    public async Task List_MoreThanFiftyReferrers_HasFiftyAndWhatIsElsewhere()
    {
        for (var i = 0; i < 51; i++) _sandbox.Attach(_sandbox.Amd64);
        _sandbox.AddTag(_sandbox.Amd64, ".sig");

        var list = await _sandbox.ListAsync(_sandbox.Amd64, [AttachmentSandbox.Tag(_sandbox.Amd64, ".sig")]);

        list.Attachments.CountBy(attachment => attachment.Source).ShouldBe([new(AttachmentSource.ReferrersApi, 50), new(AttachmentSource.CosignTag, 1)]);
        list.Problem!.Kind.ShouldBe(RegistryErrorKind.TooLarge);
        list.Problem.Message.ShouldBe("Not all that is attached to the image was looked at: more than 50 attachments of one kind are listed together.");
    }

    /// <summary>Anyone who may push can attach any number of things: they hide neither signatures nor SBOMs.</summary>
    [Theory]
    [InlineData("application/vnd.example.note")]
    [InlineData("application/vnd.cyclonedx+json")]
    public async Task List_TenThousandReferrersOfAnotherKind_HideNoSignature(string flood)
    {
        const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var client = Flooded([.. Enumerable.Range(0, 10_000).Select(number => Referrer(number, flood)), Referrer(10_000, Bundle)]);

        var list = await new RoundAttachments(client, []).Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel);

        list.Attachments.CountBy(attachment => attachment.ArtifactType).ShouldBe([new(Bundle, 1), new(flood, 50)]);
        list.Problem!.Kind.ShouldBe(RegistryErrorKind.TooLarge);
    }

    [Fact]
    public async Task List_TenThousandReferrersOfTheSameKind_HasTheNewestAndTheFirst()
    {
        const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        Descriptor[] referrers =
        [
            .. Enumerable.Range(0, 10_000).Select(number => Referrer(number, Bundle)),
            Referrer(10_000, Bundle, "2026-05-01T00:00:00Z"),
            Referrer(10_001, Bundle, "no time"),
        ];

        var list = await new RoundAttachments(Flooded(referrers), []).Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel);

        list.Attachments.Count.ShouldBe(50);
        list.Attachments.ShouldContain(attachment => attachment.Descriptor.Digest == referrers[10_000].Digest);
        list.Attachments.ShouldContain(attachment => attachment.Descriptor.Digest == referrers[0].Digest);
        list.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task List_LongerThanWhatIsRead_AsksTheRegistryForSignatures()
    {
        const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var signature = Referrer(1_000_000, Bundle);
        var client = Flooded([]);
        client.ListReferrersAsync(default, Bundle, Cancel).ReturnsForAnyArgs(call => call.ArgAt<string?>(1) switch
        {
            null => Endless(),
            Bundle => new[] { signature }.ToAsyncEnumerable(),
            _ => AsyncEnumerable.Empty<Descriptor>(),
        });

        var list = await new RoundAttachments(client, []).Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel);

        list.Attachments.ShouldContain(attachment => attachment.Descriptor.Digest == signature.Digest);
        list.Problem!.Message.ShouldBe("Not all that is attached to the image was looked at: more than 20000 attachments are listed together.");
    }

    [Fact]
    public async Task List_ListOfOneSubjectIsTooLong_AsksNothingMoreOfTheOthers()
    {
        var client = Flooded([]);
        client.ListReferrersAsync(default, default, Cancel).ReturnsForAnyArgs(call =>
            call.ArgAt<Digest>(0) == _sandbox.Amd64.Digest && call.ArgAt<string?>(1) is null ? Endless() : AsyncEnumerable.Empty<Descriptor>());

        await new RoundAttachments(client, []).Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest, _sandbox.Arm64.Digest]).ListAsync(Cancel);

        client.ReceivedCalls().Select(call => call.GetArguments()).Where(call => call is [Digest subject, ..] && subject == _sandbox.Arm64.Digest)
            .ShouldHaveSingleItem()[1].ShouldBeNull();
    }

    private static async IAsyncEnumerable<Descriptor> Endless()
    {
        for (var number = 0; ; number++)
        {
            if (number % 1000 == 0) await Task.Yield();
            yield return Referrer(number, "application/vnd.example.note");
        }
    }

    private static Descriptor Referrer(int number, string type, string? created = null) => new()
    {
        Digest = Digest.Compute(BitConverter.GetBytes(number)),
        MediaType = MediaTypes.OciManifest,
        ArtifactType = type,
        Size = 500,
        Annotations = created is null ? null : new Dictionary<string, string> { [AnnotationKeys.Created] = created },
    };

    private static IRegistryClient Flooded(Descriptor[] referrers)
    {
        var client = Substitute.For<IRegistryClient>();
        client.ListReferrersAsync(default, default, Cancel).ReturnsForAnyArgs(_ => referrers.ToAsyncEnumerable());
        return client;
    }

    [Fact]
    public async Task List_ExactlyFifty_IsComplete()
    {
        for (var i = 0; i < 50; i++) _sandbox.Attach(_sandbox.Amd64);

        (await _sandbox.ListAsync(_sandbox.Amd64, [])).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task List_MoreRequestsThanAllowed_StopsThere()
    {
        // 67 platforms without a list of tags: 67 lists of referrers, then tags until the bound.
        var client = Substitute.For<IRegistryClient>();
        client.ListReferrersAsync(default, default, Cancel).ReturnsForAnyArgs(_ => AsyncEnumerable.Empty<Descriptor>());
        client.GetManifestAsync(default!, Cancel).ReturnsForAnyArgs<Task<Manifest>>(_ => throw new RegistryException(RegistryErrorKind.NotFound, "none"));
        Digest[] platforms = [.. Enumerable.Range(0, 67).Select(number => Digest.Compute([(byte)number]))];

        var list = await new RoundAttachments(client, tags: null).Of(platforms[0], platforms).ListAsync(Cancel);

        client.ReceivedCalls().Count(call => call.GetMethodInfo().Name is "ListReferrersAsync" or "GetManifestAsync").ShouldBe(200);
        list.Problem!.Message.ShouldEndWith("it takes more than 200 requests.");
    }

    [Fact]
    public async Task List_MoreBytesThanAllowed_StopsThere()
    {
        var manifests = Enumerable.Range(0, 10).Select(Large).ToDictionary(manifest => manifest.Digest.ToString());
        Descriptor[] referrers = [.. manifests.Values.Select(manifest => manifest.ToDescriptor())];
        var client = Substitute.For<IRegistryClient>();
        client.ListReferrersAsync(default, default, Cancel).ReturnsForAnyArgs(_ => referrers.ToAsyncEnumerable());
        client.GetManifestAsync(default!, Cancel).ReturnsForAnyArgs(call => manifests[call.Arg<string>()]);

        var list = await new RoundAttachments(client, []).Of(_sandbox.Amd64.Digest, [_sandbox.Amd64.Digest]).ListAsync(Cancel);

        // Eight have a little less than the bound, the ninth passes it.
        list.Attachments.Count.ShouldBe(9);
        list.Problem!.Message.ShouldEndWith("the manifests have more than 32 MiB.");

        static Manifest Large(int number)
        {
            var padding = new string((char)('a' + number), (4 * 1024 * 1024) - 100);
            var content = Encoding.UTF8.GetBytes($$$"""{"annotations":{"padding":"{{{padding}}}"}}""");
            return new Manifest { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(content), Content = content };
        }
    }

    [Fact]
    public async Task List_Cancelled_EndsAndTheNextBeginsAnew()
    {
        var attachments = _sandbox.Of(_sandbox.Amd64, tags: null);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using (_sandbox.Registry.Inject(Faults.Hang().OnReferrers().When(_ => asked.TrySetResult())))
        {
            var first = attachments.ListAsync(stop.Token);
            await asked.Task.WaitAsync(Cancel);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(first);

            (await attachments.ListAsync(Cancel)).IsComplete.ShouldBeTrue();
        }

        // One was left without an answer, and four were answered.
        _sandbox.Registry.RequestCount.ShouldBe(5);
    }

    [Fact]
    public async Task List_FirstOfSeveralIsCancelled_TheOthersGetTheListOfTheSameWalk()
    {
        var attachments = _sandbox.Of(_sandbox.Amd64, tags: null);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using (_sandbox.Registry.Inject(new Fault(async _ =>
        {
            asked.TrySetResult();
            await answer.Task;
            return false;
        }).OnReferrers()))
        {
            var first = attachments.ListAsync(stop.Token);
            await asked.Task.WaitAsync(Cancel);
            var waiting = attachments.ListAsync(Cancel);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(first);
            answer.SetResult();

            (await waiting).IsComplete.ShouldBeTrue();
        }

        _sandbox.Registry.RequestCount.ShouldBe(4);
    }
}
