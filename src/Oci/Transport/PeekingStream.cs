using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Transport;

/// <summary>A stream of which the first two bytes were looked at, and are read again.</summary>
internal sealed class PeekingStream : ForwardStream
{
    private readonly Stream _inner;
    private readonly byte[] _start;
    private int _given;

    private PeekingStream(Stream inner, byte[] start)
    {
        _inner = inner;
        _start = start;
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

    public override int Read(Span<byte> buffer) => Given(buffer) is var given and > 0 ? given : _inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Given(buffer.Span) is var given and > 0 ? new(given) : _inner.ReadAsync(buffer, cancellationToken);

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
