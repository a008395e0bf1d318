namespace RegistryOperator.Oci.Transport;

/// <summary>A stream of which the first two bytes were looked at, and are read again.</summary>
internal sealed class PeekingStream : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _start;
    private int _given;

    private PeekingStream(Stream inner, byte[] start)
    {
        _inner = inner;
        _start = start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Decodes a stream that begins as an encoded one does; any other is left as it is.</summary>
    public static async ValueTask<Stream> DecodeAsync(
        Stream stream, Func<ReadOnlySpan<byte>, bool> isEncoded, Func<Stream, Stream> decode, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var peeking = new PeekingStream(stream, start[..length]);
        return isEncoded(start.AsSpan(0, length)) ? decode(peeking) : peeking;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Given(buffer.AsSpan(offset, count)) is var given and > 0 ? given : _inner.Read(buffer, offset, count);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Given(buffer.Span) is var given and > 0 ? new(given) : _inner.ReadAsync(buffer, cancellationToken);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    private int Given(Span<byte> buffer)
    {
        var given = Math.Min(_start.Length - _given, buffer.Length);
        _start.AsSpan(_given, given).CopyTo(buffer);
        _given += given;
        return given;
    }
}
