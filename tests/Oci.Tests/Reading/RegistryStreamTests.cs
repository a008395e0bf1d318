using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class RegistryStreamTests
{
    private const int Part = 10_000;
    private const int Parts = 10;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] Content = [.. Enumerable.Range(0, Part * Parts).Select(i => (byte)(i * 7))];
    private static readonly Descriptor Blob = new() { Digest = Digest.Compute(Content), Size = Content.Length };
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task ReadAsync_SlowButSteadyReader_ReadsForLongerThanTheTimeAllowed()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock);
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        var buffer = new byte[Content.Length];

        for (var part = 0; part < Parts; part++)
        {
            _clock.Advance(TimeSpan.FromSeconds(29));
            await stream.ReadExactlyAsync(buffer.AsMemory(part * Part, Part), None);
        }

        (await stream.ReadAsync(new byte[1], None)).ShouldBe(0);
        buffer.ShouldBe(Content);
    }

    [Fact]
    public async Task ReadAsync_ReaderPausesForTheTimeAllowed_TimesOut()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumConcurrency = 1 });
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        await stream.ReadExactlyAsync(new byte[Part], None);

        _clock.Advance(TimeSpan.FromSeconds(30));

        (await stream.ReadAsync(new byte[Part], None).AsTask().ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.TimedOut);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_RegistryStalls_TimesOutAfterTheTimeAllowedFromTheLastRead(bool isAsynchronous)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content.AsMemory(0, Part));
            await context.Response.Body.FlushAsync();
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        await stream.ReadExactlyAsync(new byte[Part], None);
        _clock.Advance(TimeSpan.FromSeconds(29));

        var started = new TaskCompletionSource();
        var read = Task.Run(
            async () =>
            {
                started.SetResult();
                return isAsynchronous ? await stream.ReadAsync(new byte[Part], None) : stream.Read(new byte[Part]);
            },
            None);
        await started.Task;
        // The read itself gives the time anew; until it has begun, moving the clock would only end it sooner.
        await Wait.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return read.IsCompleted;
        });

        (await read.ShouldFailAsync()).Message.ShouldContain("no complete answer within 30 s");
    }

    [Fact]
    public async Task ReadAsync_OpenersTokenIsCancelled_IsHisCancellation()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock);
        using var cancellation = new CancellationTokenSource();
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, cancellation.Token);
        await stream.ReadExactlyAsync(new byte[Part], None);

        await cancellation.CancelAsync();

        var read = stream.ReadAsync(new byte[Part], None).AsTask();
        (await read.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(cancellation.Token);
    }

    [Fact]
    public async Task ReadAsync_ReadersTokenIsCancelled_IsHisCancellation()
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content.AsMemory(0, Part));
            await context.Response.Body.FlushAsync();
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        using var cancellation = new CancellationTokenSource();
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        await stream.ReadExactlyAsync(new byte[Part], cancellation.Token);
        var read = stream.ReadAsync(new byte[Part], cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        (await read.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(cancellation.Token);
    }

    [Theory]
    // More than its descriptor says, less, and as much but another content; announced or not.
    [InlineData(99_999, "it has more than 99999 bytes, but its descriptor says 99999")]
    [InlineData(100_001, "it has only 100000 bytes, but its descriptor says 100001")]
    [InlineData(100_000, "its content does not have the digest")]
    [InlineData(0, "its content does not have the digest")]
    public async Task Read_RegistryLies_FailsAndGoesOnFailing(long size, string expected)
    {
        var lie = size is 100_000 or 0;
        await using var server = await FaultServer.StartAsync(context => context.Response.Body.WriteAsync(lie ? new byte[Content.Length] : Content).AsTask());
        using var provider = TestClient.Provider(_clock);
        foreach (var isAsynchronous in new[] { true, false })
        {
            await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob with { Size = size }, None);

            var error = await ReadAllAsync(stream, isAsynchronous).ShouldFailAsync();
            error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
            error.Message.ShouldContain(expected);
            // A reader that swallows the failure finds no end that looks good.
            (await ReadAllAsync(stream, isAsynchronous).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
        }
    }

    [Fact]
    public async Task ReadAsync_MoreThanItsDescriptorSays_FailsAtOnceAndNotAtTheEnd()
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Content.AsMemory(0, Part));
            await context.Response.Body.FlushAsync();
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob with { Size = Part - 1 }, None);

        var read = stream.CopyToAsync(Stream.Null, None).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        (await read.ShouldFailAsync()).Message.ShouldContain($"it has more than {Part - 1} bytes");
    }

    [Fact]
    public async Task OpenBlobAsync_AnotherSizeIsAnnounced_FailsBeforeTheFirstByte()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumConcurrency = 1 });

        for (var i = 0; i < 2; i++)
        {
            var error = await provider.For(server.Url).OpenBlobAsync(Blob with { Size = 5 }, None).ShouldFailAsync();
            error.Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
            error.Message.ShouldContain("it has 100000 bytes, but its descriptor says 5");
        }
    }

    [Fact]
    public async Task OpenBlobAsync_Missing_IsNotFoundAndGivesItsPermitBack()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 404, "BLOB_UNKNOWN", "unknown"));
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumConcurrency = 1 });

        for (var i = 0; i < 2; i++) (await provider.For(server.Url).OpenBlobAsync(Blob, None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.NotFound);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("unauthorized")]
    [InlineData("hangs up")]
    [InlineData("redirect")]
    [InlineData("cancelled")]
    public async Task OpenBlobAsync_FailsInAnyWay_GivesItsPermitBack(string how)
    {
        using var cancellation = new CancellationTokenSource();
        var isFailing = true;
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (!isFailing)
            {
                await Answers.BytesAsync(context, Content, "application/octet-stream");
            }
            else if (how == "error")
            {
                await Answers.ErrorAsync(context, 503, "X", "x");
            }
            else if (how == "unauthorized")
            {
                await Answers.RefuseAsync(context, "Basic realm=\"x\"");
            }
            else if (how == "hangs up")
            {
                context.Abort();
            }
            else if (how == "redirect")
            {
                context.Response.Redirect("ftp://x");
            }
            else
            {
                await cancellation.CancelAsync();
                await Answers.HangAsync(context);
            }
        });
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumConcurrency = 1 });
        await Should.ThrowAsync<Exception>(provider.For(server.Url).OpenBlobAsync(Blob, cancellation.Token));
        isFailing = false;

        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None).SoonAsync();
        await ReadAllAsync(stream, isAsynchronous: true);
    }

    [Fact]
    public async Task OpenBlobAsync_ServerErrorFirst_IsRetried()
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context => Interlocked.Increment(ref requests) == 1
            ? Answers.ErrorAsync(context, 503, "X", "x")
            : Answers.BytesAsync(context, Content, "application/octet-stream"));
        using var provider = TestClient.Provider();
        var retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 3, TimeSpan.FromMilliseconds(1));

        await using var stream = await provider.For(server.Url, retry: retry).OpenBlobAsync(Blob, None);
        await ReadAllAsync(stream, isAsynchronous: true);

        requests.ShouldBe(2);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_GivesItsPermitBackOnce()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumConcurrency = 1 });
        var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        await stream.ReadExactlyAsync(new byte[Part], None);

        await stream.DisposeAsync();
        await stream.DisposeAsync();

        // One permit: of two streams the second waits for the first.
        var next = await provider.For(server.Url).OpenBlobAsync(Blob, None);
        var queued = provider.For(server.Url).OpenBlobAsync(Blob, None);
        queued.IsCompleted.ShouldBeFalse();
        await next.DisposeAsync();
        await (await queued).DisposeAsync();
    }

    [Fact]
    public async Task Stream_WhatItCannotDo_IsSaid()
    {
        await using var server = await ServerAsync(Content);
        using var provider = TestClient.Provider(_clock);
        await using var stream = await provider.For(server.Url).OpenBlobAsync(Blob, None);

        (stream.CanRead, stream.CanSeek, stream.CanWrite).ShouldBe((true, false, false));
        (await stream.ReadAsync(Memory<byte>.Empty, None)).ShouldBe(0);
        await stream.ReadExactlyAsync(new byte[Part], None);
        stream.Position.ShouldBe(Part);
        Should.Throw<NotSupportedException>(() => stream.Length);
        Should.Throw<NotSupportedException>(() => stream.Position = 0);
        Should.Throw<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Should.Throw<NotSupportedException>(() => stream.SetLength(0));
        Should.Throw<NotSupportedException>(() => stream.Write([1]));
    }

    private static Task<FaultServer> ServerAsync(byte[] content) =>
        FaultServer.StartAsync(context => Answers.BytesAsync(context, content, "application/octet-stream"));

    private static async Task ReadAllAsync(Stream stream, bool isAsynchronous)
    {
        if (isAsynchronous) await stream.CopyToAsync(Stream.Null, None);
        else await Task.Run(() => stream.CopyTo(Stream.Null), None);
    }
}
