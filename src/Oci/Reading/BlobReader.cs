using System.Net;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Reads blobs (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs"/>).</summary>
internal sealed class BlobReader(RequestExecutor executor, string repositoryUrl)
{
    public async Task<ReadOnlyMemory<byte>> ReadAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        var request = CreateRequest(blob);
        if (blob.Size > maximumSize)
        {
            throw executor.Errors.Create(
                RegistryErrorKind.TooLarge, request.Target, request.Url, $"it has {blob.Size} bytes, more than the limit of {maximumSize}");
        }

        return await executor.ExecuteAsync(request, exchange => ReadAsync(exchange, blob, maximumSize), cancellationToken);
    }

    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var request = CreateRequest(blob);
        var exchange = await executor.OpenAsync(request, cancellationToken);
        try
        {
            await CheckAsync(exchange, blob);
            var content = await exchange.Response.Content.ReadAsStreamAsync(exchange.Token);
            return new RegistryStream(content, blob, exchange, executor);
        }
        catch (Exception e)
        {
            exchange.Dispose();
            if (e is RegistryException || executor.Translate(e, request, exchange, cancellationToken) is not { } error) throw;
            throw error;
        }
    }

    private RegistryRequest CreateRequest(Descriptor blob)
    {
        var digest = blob.Digest;
        var target = new RequestTarget(RequestTargetKind.Blob, digest.ToString());
        var url = new Uri($"{repositoryUrl}/blobs/{digest}");
        executor.Errors.RequireVerifiable(digest, target, url);
        return new RegistryRequest(HttpMethod.Get, url, target) { Digest = digest, Size = blob.Size > 0 ? blob.Size : null };
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Exchange exchange, Descriptor blob, long maximumSize)
    {
        await CheckAsync(exchange, blob);
        byte[] content;
        try
        {
            content = await BoundedBody.ReadAsync(exchange.Response.Content, blob.Size > 0 ? blob.Size : maximumSize, exchange.Token);
        }
        catch (BodyTooLargeException) when (blob.Size > 0)
        {
            throw WrongSize(exchange, blob, $"more than {blob.Size}");
        }

        if (blob.Size > 0 && content.Length != blob.Size) throw WrongSize(exchange, blob, content.Length.ToString());
        return blob.Digest.Matches(content) ? content : throw WrongDigest(exchange, executor, blob.Digest);
    }

    private async ValueTask CheckAsync(Exchange exchange, Descriptor blob)
    {
        if (exchange.Response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        if (blob.Size > 0 && exchange.Response.Content.Headers.ContentLength is { } length && length != blob.Size)
            throw WrongSize(exchange, blob, length.ToString());
    }

    private RegistryException WrongSize(Exchange exchange, Descriptor blob, string length) => executor.Errors.Create(
        RegistryErrorKind.DigestMismatch, exchange.Request.Target, exchange.Url, $"it has {length} bytes, but its descriptor says {blob.Size}");

    /// <summary>The error for content that does not match its digest.</summary>
    public static RegistryException WrongDigest(Exchange exchange, RequestExecutor executor, Digest expected) => executor.Errors.Create(
        RegistryErrorKind.DigestMismatch,
        exchange.Request.Target,
        exchange.Url,
        $"its content does not have the digest {expected}",
        "The content was changed on its way or in the registry: check the registry and proxies before it.");
}
