using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public class GuardedRegistryClientTests
{
    private static readonly byte[] Good = """{"schemaVersion":2,"layers":[]}"""u8.ToArray();
    private static readonly byte[] Other = """{"schemaVersion":2,"layers":[ ]}"""u8.ToArray();

    private readonly IRegistryClient _plugin = Substitute.For<IRegistryClient>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GuardedRegistryClient Client => new(_plugin);

    [Theory]
    [InlineData(MediaTypes.OciManifest)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed)]
    public async Task GetManifest_ByDigestAndOtherBytes_IsRefused(string mediaType)
    {
        // The client says of it what was asked for.
        Answer(new Manifest { MediaType = mediaType, Digest = Digest.Compute(Good), Content = Other });

        var failure = await Should.ThrowAsync<RegistryException>(Client.GetManifestAsync(Digest.Compute(Good).ToString(), Cancel));

        failure.Kind.ShouldBeOneOf(RegistryErrorKind.DigestMismatch, RegistryErrorKind.Unsupported);
    }

    [Fact]
    public async Task GetManifest_ByTag_HasTheDigestOfItsBytesWhateverTheClientSays()
    {
        Answer(new Manifest { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Good), Content = Other });

        (await Client.GetManifestAsync("1.0", Cancel)).Digest.ShouldBe(Digest.Compute(Other));
    }

    [Fact]
    public async Task Resolve_ByDigestAndAnotherAnswer_IsRefused()
    {
        _plugin.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Compute(Other) });

        (await Should.ThrowAsync<RegistryException>(Client.ResolveAsync(Digest.Compute(Good).ToString(), Cancel)))
            .Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        (await Client.ResolveAsync("1.0", Cancel)).Digest.ShouldBe(Digest.Compute(Other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadBlob_Content_IsVerified(bool isGood)
    {
        _plugin.ReadBlobAsync(default!, default, Cancel).ReturnsForAnyArgs(new ReadOnlyMemory<byte>(isGood ? Good : Other));
        var read = Client.ReadBlobAsync(new Descriptor { Digest = Digest.Compute(Good), Size = Good.Length }, 1000, Cancel);

        if (isGood) (await read).ToArray().ShouldBe(Good);
        else (await Should.ThrowAsync<RegistryException>(read)).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenBlob_Content_IsVerifiedAtItsEnd(bool isGood)
    {
        _plugin.OpenBlobAsync(default!, Cancel).ReturnsForAnyArgs(new MemoryStream(isGood ? Good : Other));
        await using var stream = await Client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute(Good) }, Cancel);
        using var target = new MemoryStream();

        if (isGood)
        {
            await stream.CopyToAsync(target, Cancel);
            target.ToArray().ShouldBe(Good);
            return;
        }

        (await Should.ThrowAsync<RegistryException>(() => stream.CopyToAsync(target, Cancel))).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        // Whoever reads on does not come to a good end.
        await Should.ThrowAsync<RegistryException>(async () => await stream.ReadExactlyAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task OpenBlob_SizeOfItsDescriptor_IsVerified()
    {
        _plugin.OpenBlobAsync(default!, Cancel).ReturnsForAnyArgs(_ => new MemoryStream(Good));
        foreach (var size in new[] { Good.Length - 1, Good.Length + 1 })
        {
            await using var stream = await Client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute(Good), Size = size }, Cancel);

            (await Should.ThrowAsync<RegistryException>(() => stream.CopyToAsync(Stream.Null, Cancel))).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        }
    }

    [Theory]
    [InlineData("tags")]
    [InlineData("resolve")]
    [InlineData("manifest")]
    [InlineData("blob")]
    [InlineData("open")]
    [InlineData("referrers")]
    public async Task AnyCall_ClientThatIgnoresItsToken_IsLeftAtTheCallersEnd(string member)
    {
        using var end = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var blocking = new BlockingClient(() =>
        {
            entered.TrySetResult();
            end.Wait(CancellationToken.None);
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var blob = new Descriptor { Digest = Digest.Compute(Good) };
        var client = new GuardedRegistryClient(blocking);
        try
        {
            Task call = member switch
            {
                "tags" => client.ListTagsAsync(stop.Token).GetAsyncEnumerator(stop.Token).MoveNextAsync().AsTask(),
                "resolve" => client.ResolveAsync("1.0", stop.Token),
                "manifest" => client.GetManifestAsync("1.0", stop.Token),
                "blob" => client.ReadBlobAsync(blob, 1000, stop.Token),
                "open" => client.OpenBlobAsync(blob, stop.Token),
                _ => client.ListReferrersAsync(blob.Digest, null, stop.Token).GetAsyncEnumerator(stop.Token).MoveNextAsync().AsTask(),
            };
            await entered.Task.WaitAsync(Cancel);

            await stop.CancelAsync();

            (await Should.ThrowAsync<OperationCanceledException>(call.WaitAsync(Cancel))).CancellationToken.ShouldBe(stop.Token);
        }
        finally
        {
            end.Set();
        }
    }

    [Fact]
    public async Task ListTags_LaterStepThatIgnoresItsToken_IsLeftAndDisposedOfAtItsEnd()
    {
        var (entered, end, disposed) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        _plugin.ListTagsAsync(Cancel).ReturnsForAnyArgs(TagsAsync());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var tags = Client.ListTagsAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        (await tags.MoveNextAsync()).ShouldBeTrue();
        tags.Current.ShouldBe("1.0");
        var next = tags.MoveNextAsync().AsTask();
        await entered.Task.WaitAsync(Cancel);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(next);
        disposed.Task.IsCompleted.ShouldBeFalse();
        end.SetResult();
        await disposed.Task.WaitAsync(Cancel);

        async IAsyncEnumerable<string> TagsAsync()
        {
            try
            {
                yield return "1.0";
                entered.SetResult();
                await end.Task;
                yield return "2.0";
            }
            finally
            {
                disposed.SetResult();
            }
        }
    }

    [Fact]
    public async Task ListTags_ListThatEnds_IsGivenWhole()
    {
        _plugin.ListTagsAsync(Cancel).ReturnsForAnyArgs(new[] { "1", "2", "3" }.ToAsyncEnumerable());

        (await Client.ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task OpenBlob_StreamThatIgnoresItsToken_IsLeftAndWritesIntoNothingOfTheCallers()
    {
        var content = new StubbornStream();
        _plugin.OpenBlobAsync(default!, Cancel).ReturnsForAnyArgs(content);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var stream = await Client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute(Good) }, Cancel);
        var buffer = new byte[10];
        var read = stream.ReadAsync(buffer, stop.Token).AsTask();
        await content.Entered.Task.WaitAsync(Cancel);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(read);
        (await Should.ThrowAsync<RegistryException>(stream.ReadAsync(buffer, Cancel).AsTask())).Message.ShouldContain("can't be read on");
        await stream.DisposeAsync();
        content.Disposed.Task.IsCompleted.ShouldBeFalse();
        content.End.SetResult();
        await content.Disposed.Task.WaitAsync(Cancel);
        buffer.ShouldAllBe(one => one == 0);
    }

    [Fact]
    public async Task OpenBlob_StreamThatComesTooLate_IsDisposedOf()
    {
        var content = new StubbornStream();
        var opened = new TaskCompletionSource<Stream>();
        var entered = new TaskCompletionSource();
        _plugin.OpenBlobAsync(default!, Cancel).ReturnsForAnyArgs(_ =>
        {
            entered.SetResult();
            return opened.Task;
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var call = Client.OpenBlobAsync(new Descriptor { Digest = Digest.Compute(Good) }, stop.Token);
        await entered.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);

        opened.SetResult(content);

        await content.Disposed.Task.WaitAsync(Cancel);
    }

    private void Answer(Manifest manifest) => _plugin.GetManifestAsync(default!, Cancel).ReturnsForAnyArgs(manifest);

    /// <summary>Blocks the caller's thread in every call.</summary>
    private sealed class BlockingClient(Action block) : IRegistryClient
    {
        public RepositoryReference Repository { get; } = new(new Uri("https://registry.example"), "app");

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => Block<IAsyncEnumerable<string>>();

        public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => Block<Task<Descriptor>>();

        public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => Block<Task<Manifest>>();

        public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
            Block<Task<ReadOnlyMemory<byte>>>();

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Block<Task<Stream>>();

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
            Block<IAsyncEnumerable<Descriptor>>();

        private T Block<T>()
        {
            block();
            throw new NotSupportedException();
        }
    }

    /// <summary>Reads until it is told to end, whatever its token says.</summary>
    private sealed class StubbornStream : MemoryStream
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource End { get; } = new();

        public TaskCompletionSource Disposed { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Entered.SetResult();
            await End.Task;
            buffer.Span.Fill(1);
            return buffer.Length;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Disposed.TrySetResult();
        }
    }
}
