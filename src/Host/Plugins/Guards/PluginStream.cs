using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>A blob of a plugin's client: whoever reads it to its end has either read what its digest names, or an error, or has left by his token.</summary>
internal sealed class PluginStream(Stream content, Descriptor blob, RepositoryReference repository) : VerifyingStream(blob)
{
    private const int LargestRead = 80 * 1024;

    private readonly Descriptor _blob = blob;
    private Task<int> _read = Task.FromResult(0);
    private byte[] _buffer = [];

    /// <summary>Takes the stream over; disposes of it where it can't be verified.</summary>
    public static PluginStream Open(Stream content, Descriptor blob, RepositoryReference repository)
    {
        try
        {
            return new PluginStream(content, blob, repository);
        }
        catch (NotSupportedException unknown)
        {
            content.Dispose();
            throw new RegistryException(RegistryErrorKind.Unsupported, $"{blob.Digest} in {repository} can't be used: {unknown.Message}", unknown);
        }
    }

    protected override async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_read.IsCompleted)
            throw new RegistryException(RegistryErrorKind.Other, $"{_blob.Digest} in {repository} can't be read on: an earlier read was cancelled.");
        cancellationToken.ThrowIfCancellationRequested();
        // Of its own: a read that is left may still write into it, when the caller's is used for something else.
        if (_buffer.Length < Math.Min(buffer.Length, LargestRead)) _buffer = new byte[Math.Min(buffer.Length, LargestRead)];
        var target = _buffer.AsMemory(0, Math.Min(buffer.Length, _buffer.Length));
        _read = Task.Run(async () => await content.ReadAsync(target, cancellationToken), CancellationToken.None);
        var read = await _read.WaitAsync(cancellationToken);
        target.Span[..read].CopyTo(buffer.Span);
        return read;
    }

    // No token says when to leave.
    protected override int ReadContent(Span<byte> buffer) => content.Read(buffer);

    protected override Exception Mismatch(string? problem) => new RegistryException(
        RegistryErrorKind.DigestMismatch, $"{_blob.Digest} in {repository} can't be used: {problem ?? "its content does not have that digest"}.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_read.IsCompleted) content.Dispose();
            else _ = _read.ContinueWith(_ => content.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        base.Dispose(disposing);
    }
}
