using System.Buffers;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Streams a blob of a registry and verifies it. The timeout applies to each read, since the consumer sets the pace. The host's permit is released at the end
/// of the stream or on disposal, whichever is first.
/// </summary>
internal sealed class RegistryStream(Stream content, Descriptor blob, Exchange exchange, RequestExecutor executor) : VerifyingStream(blob)
{
    private readonly Descriptor _blob = blob;
    private readonly Uri _url = exchange.Url;

    protected override async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        exchange.RestartDeadline();
        // The token of this read cancels the connection too.
        using var linked = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Token) : null;
        try
        {
            return await content.ReadAsync(buffer, linked?.Token ?? exchange.Token);
        }
        catch (Exception e)
        {
            if (executor.Translate(e, exchange.Request, exchange, cancellationToken) is not { } error) throw;
            throw error;
        }
    }

    // Through the asynchronous one, which has the timeout: a stalled registry must not block the thread for ever.
    protected override int ReadContent(Span<byte> buffer)
    {
        var rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            var read = ReadContentAsync(rented.AsMemory(0, buffer.Length), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            rented.AsSpan(0, read).CopyTo(buffer);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    protected override void OnEnd() => exchange.Dispose();

    protected override Exception Mismatch(string? problem) => problem is null
        ? BlobReader.WrongDigest(exchange, executor, _blob.Digest)
        : executor.Errors.Create(RegistryErrorKind.DigestMismatch, exchange.Request.Target, _url, problem);

    protected override void Dispose(bool disposing)
    {
        if (disposing) exchange.Dispose();
        base.Dispose(disposing);
    }
}
