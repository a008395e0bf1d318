using System.Security.Cryptography;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Shared;

/// <summary>
/// A blob that is verified while it is read: its digest and the end of its size at the end, a byte too many at once. A failure is final: who reads on must not
/// come to an end that looks good. A size of 0 is one that the descriptor does not tell.
/// </summary>
internal abstract class VerifyingStream(Descriptor blob) : ForwardStream
{
    private readonly IncrementalHash _hash = blob.Digest.CreateHash();
    private long _length;
    private bool _isComplete;
    private Exception? _failure;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsAtEnd(buffer.Length)) return 0;
        var read = await ReadContentAsync(buffer, cancellationToken);
        Append(buffer.Span[..read]);
        return read;
    }

    public override int Read(Span<byte> buffer)
    {
        if (IsAtEnd(buffer.Length)) return 0;
        var read = ReadContent(buffer);
        Append(buffer[..read]);
        return read;
    }

    /// <summary>Reads on; 0 at the end.</summary>
    /// <param name="buffer">Not empty.</param>
    /// <param name="cancellationToken">The reader's.</param>
    protected abstract ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadContentAsync"/>
    protected abstract int ReadContent(Span<byte> buffer);

    /// <summary>The end was read, and not verified yet.</summary>
    protected virtual void OnEnd()
    {
    }

    /// <summary>The error for content that is not the blob's.</summary>
    /// <param name="problem">What is wrong with its size, the end of a sentence; null where it does not have the digest.</param>
    protected abstract Exception Mismatch(string? problem);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    private bool IsAtEnd(int asked) => _failure is null ? _isComplete || asked == 0 : throw _failure;

    private void Append(ReadOnlySpan<byte> read)
    {
        _length += read.Length;
        if (blob.Size > 0 && _length > blob.Size) throw _failure = Mismatch($"it has more than {blob.Size} bytes, but its descriptor says {blob.Size}");
        if (!read.IsEmpty)
        {
            _hash.AppendData(read);
            return;
        }

        _isComplete = true;
        OnEnd();
        if (blob.Size > 0 && _length != blob.Size) throw _failure = Mismatch($"it has only {_length} bytes, but its descriptor says {blob.Size}");
        if (Digest.FromHash(_hash.GetHashAndReset()) != blob.Digest) throw _failure = Mismatch(problem: null);
    }
}
