using System.Buffers;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class BoundedBodyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(9, 10, true)]
    [InlineData(10, 10, true)]
    [InlineData(11, 10, false)]
    // Around the first buffer, and several times its size.
    [InlineData(16 * 1024, 1_000_000, true)]
    [InlineData((16 * 1024) + 1, 1_000_000, true)]
    [InlineData(1_000_000, 1_000_000, true)]
    [InlineData(1_000_001, 1_000_000, false)]
    public async Task Read_BodyOfThisSize_IsWholeOrRefused(int size, int limit, bool isAccepted)
    {
        var body = new byte[size];
        Random.Shared.NextBytes(body);
        foreach (var isAnnounced in new[] { true, false })
        {
            if (isAccepted)
            {
                (await BoundedBody.ReadAsync(Content(body, isAnnounced), limit, None)).ShouldBe(body);
                using var pooled = await BoundedBody.ReadPooledAsync(Content(body, isAnnounced), limit, None);
                pooled.Span.ToArray().ShouldBe(body);
                pooled.Content.ToArray().ShouldBe(body);
                pooled.Length.ShouldBe(size);
                foreach (var part in pooled.Content) part.Length.ShouldBeLessThan(85_000, "a large object");
                continue;
            }

            var kept = await Should.ThrowAsync<BodyTooLargeException>(() => BoundedBody.ReadAsync(Content(body, isAnnounced), limit, None).AsTask());
            var parsed = await Should.ThrowAsync<BodyTooLargeException>(() => BoundedBody.ReadPooledAsync(Content(body, isAnnounced), limit, None).AsTask());
            kept.Limit.ShouldBe(limit);
            kept.Announced.ShouldBe(isAnnounced ? size : null);
            parsed.Announced.ShouldBe(isAnnounced ? size : null);
        }
    }

    [Fact]
    public async Task Read_AnnouncedAsTooLarge_IsNotReadAtAll()
    {
        var stream = new CountingStream(1000);
        using var content = new StreamContent(stream);
        content.Headers.ContentLength = 1000;

        await Should.ThrowAsync<BodyTooLargeException>(() => BoundedBody.ReadAsync(content, 999, None).AsTask());
        await Should.ThrowAsync<BodyTooLargeException>(() => BoundedBody.ReadPooledAsync(content, 999, None).AsTask());

        stream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Read_EndlessBody_IsReadLittleFurtherThanItsLimit()
    {
        var stream = new CountingStream(long.MaxValue);
        using var content = new StreamContent(stream);

        await Should.ThrowAsync<BodyTooLargeException>(() => BoundedBody.ReadAsync(content, 100_000, None).AsTask());

        stream.Count.ShouldBeLessThan(300_000);
    }

    [Fact]
    public async Task Read_ShorterThanAnnounced_IsCutShort()
    {
        using var content = new StreamContent(new MemoryStream(new byte[99]));
        content.Headers.ContentLength = 100;

        await Should.ThrowAsync<EndOfStreamException>(() => BoundedBody.ReadAsync(content, 1000, None).AsTask());
    }

    [Theory]
    [InlineData(100, true, 100, true)]
    [InlineData(101, true, 100, false)]
    [InlineData(100, false, 100, true)]
    // What is not announced is found out by reading.
    [InlineData(1_000_000, false, 100, true)]
    public async Task Drain_BodyOfThisSize_IsReadWhereItIsSmall(int size, bool isAnnounced, int limit, bool isRead)
    {
        var stream = new CountingStream(size);
        using var content = new StreamContent(stream);
        if (isAnnounced) content.Headers.ContentLength = size;

        await BoundedBody.DrainAsync(content, limit, None);

        (stream.Count > 0).ShouldBe(isRead);
        stream.Count.ShouldBeLessThanOrEqualTo(isAnnounced ? size : 32 * 1024);
    }

    [Fact]
    public async Task Read_Cancelled_EndsAsCancelled()
    {
        using var content = new StreamContent(new CountingStream(long.MaxValue));

        await Should.ThrowAsync<OperationCanceledException>(
            () => BoundedBody.ReadAsync(content, long.MaxValue, new CancellationToken(canceled: true)).AsTask());
    }

    private static ByteArrayContent Content(byte[] body, bool isAnnounced)
    {
        var content = new ByteArrayContent(body);
        // It computes its length where none is set.
        return isAnnounced ? content : new UnannouncedContent(body);
    }

    private sealed class UnannouncedContent(byte[] body) : ByteArrayContent(body)
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class CountingStream(long size) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(buffer.Length, size - Count);
            Count += count;
            return new(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
