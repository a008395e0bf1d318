using System.Security.Cryptography;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Streams a blob and verifies its size and digest: on a mismatch, the last read throws. The timeout applies to each read, since the consumer
/// sets the pace. The host's permit is released at the end of the stream or on disposal, whichever is first.
/// </summary>
internal sealed class VerifyingStream(Stream content, Descriptor blob, Exchange exchange, RequestExecutor executor) : Stream
{
    private readonly IncrementalHash _hash = blob.Digest.CreateHash();
    private readonly Uri _url = exchange.Url;
    private long _length;
    private bool _isComplete;
    private RegistryException? _failure;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A failure is final: a consumer that reads on must not reach a normal end.
        if (_failure is not null) throw _failure;
        if (_isComplete || buffer.IsEmpty) return 0;
        exchange.RestartDeadline();
        // The token of this read cancels the connection too.
        using var linked = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Token) : null;
        int read;
        try
        {
            read = await content.ReadAsync(buffer, linked?.Token ?? exchange.Token);
        }
        catch (Exception e)
        {
            if (executor.Translate(e, exchange.Request, exchange, cancellationToken) is not { } error) throw;
            throw error;
        }

        Append(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Through ReadAsync, which has the timeout: a stalled registry must not block the thread for ever.
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            exchange.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<byte> read)
    {
        _length += read.Length;
        if (blob.Size > 0 && _length > blob.Size) throw _failure = WrongSize();
        if (!read.IsEmpty)
        {
            _hash.AppendData(read);
            return;
        }

        _isComplete = true;
        exchange.Dispose();
        if (blob.Size > 0 && _length != blob.Size) throw _failure = WrongSize();
        if (Digest.FromHash(_hash.GetHashAndReset()) != blob.Digest) throw _failure = BlobReader.WrongDigest(exchange, executor, blob.Digest);
    }

    private RegistryException WrongSize()
    {
        var length = _length > blob.Size ? $"more than {blob.Size}" : $"only {_length}";
        var problem = $"it has {length} bytes, but its descriptor says {blob.Size}";
        return executor.Errors.Create(RegistryErrorKind.DigestMismatch, exchange.Request.Target, _url, problem);
    }
}
