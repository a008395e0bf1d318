using System.Security.Cryptography;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>A blob of a plugin's client: whoever reads it to its end has either read what its digest names, or an error.</summary>
internal sealed class VerifiedStream : Stream
{
    private readonly Stream _content;
    private readonly Descriptor _blob;
    private readonly RepositoryReference _repository;
    private readonly IncrementalHash _hash;
    private long _length;
    private bool _isComplete;
    private RegistryException? _failure;

    public VerifiedStream(Stream content, Descriptor blob, RepositoryReference repository)
    {
        (_content, _blob, _repository) = (content, blob, repository);
        try
        {
            _hash = blob.Digest.CreateHash();
        }
        catch (NotSupportedException unknown)
        {
            content.Dispose();
            throw new RegistryException(RegistryErrorKind.Unsupported, $"{blob.Digest} in {repository} can't be used: {unknown.Message}", unknown);
        }
    }

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
        if (_failure is not null) throw _failure;
        if (_isComplete || buffer.IsEmpty) return 0;
        var read = await _content.ReadAsync(buffer, cancellationToken);
        Append(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_failure is not null) throw _failure;
        if (_isComplete || count == 0) return 0;
        var read = _content.Read(buffer, offset, count);
        Append(buffer.AsSpan(offset, read));
        return read;
    }

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
            _content.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<byte> read)
    {
        _length += read.Length;
        if (_blob.Size > 0 && _length > _blob.Size) throw _failure = Wrong($"it has more than the {_blob.Size} bytes of its descriptor");
        if (!read.IsEmpty)
        {
            _hash.AppendData(read);
            return;
        }

        _isComplete = true;
        if (Digest.FromHash(_hash.GetHashAndReset()) != _blob.Digest) throw _failure = Wrong("its content does not have that digest");
    }

    private RegistryException Wrong(string problem) =>
        new(RegistryErrorKind.DigestMismatch, $"{_blob.Digest} in {_repository} can't be used: {problem}.");
}
