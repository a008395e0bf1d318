using Microsoft.AspNetCore.Http;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>A response's body on its way out, changed by a fault.</summary>
internal abstract class FaultyStream(Stream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    protected Stream Inner { get; } = inner;

    public override void Flush() => Inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Kestrel allows asynchronous writes only.");

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);
}

/// <summary>
/// Lets so many bytes through and swallows the rest. Kestrel then closes the connection, the promised length not being met; it resets it
/// where no length was promised, since the body would look complete.
/// </summary>
internal sealed class TruncatingStream(Stream inner, int after, HttpContext context) : FaultyStream(inner)
{
    private int _left = after;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var kept = buffer[..Math.Min(_left, buffer.Length)];
        _left -= kept.Length;
        if (!kept.IsEmpty) await Inner.WriteAsync(kept, cancellationToken);
        if (kept.Length == buffer.Length || context.Response.ContentLength is not null) return;
        await Inner.FlushAsync(cancellationToken);
        context.Abort();
    }
}

/// <summary>Changes the first byte.</summary>
internal sealed class CorruptingStream(Stream inner) : FaultyStream(inner)
{
    private bool _done;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_done || buffer.IsEmpty) return Inner.WriteAsync(buffer, cancellationToken);
        _done = true;
        var changed = buffer.ToArray();
        changed[0] ^= 1;
        return Inner.WriteAsync(changed, cancellationToken);
    }
}
