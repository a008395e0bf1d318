using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Client;

/// <summary>
/// Reads what can be kept, shared and handed on: verified by whoever reads, not by the client alone, which may be a plugin's. An error names what was
/// asked for.
/// </summary>
public static class VerifiedReading
{
    /// <summary>Reads a manifest by its digest. One of schema 1 can't be kept under any, so it is refused.</summary>
    /// <exception cref="RegistryException">It can't be read, or is not what was asked for.</exception>
    public static Task<VerifiedManifest> ReadVerifiedAsync(this IRegistryClient client, Digest digest, CancellationToken cancellationToken) =>
        client.ReadVerifiedAsync(digest, maximumSize: null, cancellationToken);

    /// <summary>The same, where it is not larger.</summary>
    /// <param name="client">Reads it.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="maximumSize">In bytes; null for the client's own limit.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">It can't be read, is too large, or is not what was asked for.</exception>
    public static async Task<VerifiedManifest> ReadVerifiedAsync(
        this IRegistryClient client, Digest digest, long? maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var manifest = Verify(client, digest.ToString(), await client.GetManifestAsync(digest.ToString(), maximumSize, cancellationToken), digest);
        return MediaTypes.IsSchema1(manifest.MediaType)
            ? throw Failure(client, digest.ToString(), RegistryErrorKind.Unsupported, "it is a Docker schema 1 manifest")
            : manifest;
    }

    /// <summary>Reads the manifest that a tag names. Its digest is what it hashes to.</summary>
    /// <exception cref="RegistryException">It can't be read, or is no manifest.</exception>
    public static Task<VerifiedManifest> ReadVerifiedAsync(this IRegistryClient client, string tag, CancellationToken cancellationToken) =>
        client.ReadVerifiedAsync(tag, maximumSize: null, cancellationToken);

    /// <summary>The same, where it is not larger.</summary>
    /// <param name="client">Reads it.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="maximumSize">In bytes; null for the client's own limit.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">It can't be read, is too large, or is no manifest.</exception>
    public static async Task<VerifiedManifest> ReadVerifiedAsync(
        this IRegistryClient client, string tag, long? maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var manifest = await client.GetManifestAsync(tag, maximumSize, cancellationToken);
        return Verify(client, tag, manifest, Digest.TryParse(tag, out var asked) ? asked : null);
    }

    /// <summary>Reads a blob.</summary>
    /// <exception cref="RegistryException">It can't be read, is too large, or is not what was asked for.</exception>
    public static async Task<VerifiedContent> ReadVerifiedAsync(
        this IRegistryClient client, Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(blob);
        var bytes = await client.ReadBlobAsync(blob, maximumSize, cancellationToken);
        if (bytes.Length > maximumSize)
            throw Failure(client, blob.Digest.ToString(), RegistryErrorKind.TooLarge, $"it has {bytes.Length} bytes, more than the limit of {maximumSize}");
        return VerifiedContent.TryVerify(blob.Digest, bytes, out var content)
            ? content
            : throw Failure(client, blob.Digest.ToString(), RegistryErrorKind.DigestMismatch, "its content does not have that digest");
    }

    /// <summary>
    /// Reads a manifest where it is not too large. A client that does not know of limits (a plugin's) is asked for the size first; where it does not tell
    /// one, the manifest counts as too large.
    /// </summary>
    /// <exception cref="RegistryException">It can't be read, or is too large.</exception>
    public static async Task<Manifest> GetManifestAsync(
        this IRegistryClient client, string reference, long? maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (maximumSize is not { } limit) return await client.GetManifestAsync(reference, cancellationToken);
        if (client is IBoundedManifestClient bounded) return await bounded.GetManifestAsync(reference, limit, cancellationToken);
        // A plugin's client may give nothing.
        var size = (await client.ResolveAsync(reference, cancellationToken))?.Size ?? 0;
        if (size <= 0 || size > limit) throw Failure(client, reference, RegistryErrorKind.TooLarge, $"it has {size} bytes, and the limit is {limit}");
        return await client.GetManifestAsync(reference, cancellationToken);
    }

    private static VerifiedManifest Verify(IRegistryClient client, string reference, Manifest? manifest, Digest? asked)
    {
        if (manifest is null) throw Failure(client, reference, RegistryErrorKind.InvalidResponse, "the registry's client gave nothing");
        try
        {
            return VerifiedManifest.Verify(manifest.Content, manifest.MediaType, asked, isAsked: asked is not null);
        }
        catch (UnverifiedManifestException wrong)
        {
            throw Failure(client, reference, wrong.Kind, wrong.Message, wrong);
        }
    }

    private static RegistryException Failure(
        IRegistryClient client, string reference, RegistryErrorKind kind, string problem, UnverifiedManifestException? cause = null) =>
        new(kind, $"{reference} in {client.Repository} can't be used: {problem}.", cause) { Advice = cause?.Advice };
}
