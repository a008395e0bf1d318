using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// A manifest or index whose bytes hash to its digest and can be read in one way only. Made by <see cref="Verify"/> alone, whichever client has read the
/// bytes: caches, and what is handed to scanners and tools, take nothing else.
/// </summary>
public sealed class VerifiedManifest
{
    private VerifiedManifest(VerifiedContent content, string mediaType) =>
        Manifest = new Manifest { MediaType = mediaType, Digest = content.Digest, Content = content.Bytes };

    /// <summary>The manifest in the contract's form.</summary>
    public Manifest Manifest { get; }

    /// <summary>What it hashes to.</summary>
    public Digest Digest => Manifest.Digest;

    /// <summary>By which it is read.</summary>
    public string MediaType => Manifest.MediaType;

    /// <summary>Verifies what was read.</summary>
    /// <param name="content">The exact bytes.</param>
    /// <param name="mediaType">What the registry says it is; the document's own type counts for more.</param>
    /// <param name="expected">The digest that was asked for or, of a tag, that the registry announces; null where there is none.</param>
    /// <param name="isAsked">True where it was asked for by that digest.</param>
    /// <exception cref="UnverifiedManifestException">It is not what was asked for, or no manifest.</exception>
    public static VerifiedManifest Verify(ReadOnlyMemory<byte> content, string? mediaType, Digest? expected, bool isAsked)
    {
        // The digest first: content with another one is looked into only to tell what is wrong with it.
        VerifiedContent? verified;
        if (expected is not { } digest) verified = VerifiedContent.Of(content);
        else if (!VerifiedContent.TryVerify(digest, content, out verified)) return Unverified(content, mediaType, digest, isAsked);
        return new VerifiedManifest(verified, ManifestMediaType.Decide(Shape(content), mediaType));
    }

    /// <summary>
    /// The digest of a signed schema 1 manifest is of its payload. That can't be verified here, so that one is recognised under a tag, by the digest of
    /// what was
    /// sent, and never read by its digest. It is one only where the type by which it would be read says so.
    /// </summary>
    private static VerifiedManifest Unverified(ReadOnlyMemory<byte> content, string? mediaType, Digest expected, bool isAsked)
    {
        if (!MayBeSchema1(content, mediaType))
        {
            throw new UnverifiedManifestException(
                RegistryErrorKind.DigestMismatch,
                $"its content has the digest {Digest.Compute(content.Span)}, not {expected}",
                "The content was changed on its way or in the registry: check the registry and proxies before it.");
        }

        if (!isAsked) return new VerifiedManifest(VerifiedContent.Of(content), ManifestMediaType.Decide(Shape(content), mediaType));
        throw new UnverifiedManifestException(
            RegistryErrorKind.Unsupported,
            "it is a Docker schema 1 manifest, whose digest can't be verified",
            "The format was withdrawn: pull and push the image again with a current tool.");
    }

    private static bool MayBeSchema1(ReadOnlyMemory<byte> content, string? mediaType)
    {
        try
        {
            return MediaTypes.IsSchema1(ManifestMediaType.Decide(ManifestShape.Read(content.Span), mediaType));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ManifestShape Shape(ReadOnlyMemory<byte> content)
    {
        ManifestShape shape;
        try
        {
            shape = ManifestShape.Read(content.Span);
        }
        catch (JsonException e)
        {
            throw new UnverifiedManifestException(
                RegistryErrorKind.InvalidResponse, "it is not a JSON document", "Check that the URL is a registry's and not a web page's.", e);
        }

        if (shape.Problem is { } problem) throw new UnverifiedManifestException(RegistryErrorKind.InvalidResponse, problem);
        return !shape.IsAmbiguous
            ? shape
            : throw new UnverifiedManifestException(RegistryErrorKind.InvalidResponse, "it is an index and a manifest at once, which is refused as ambiguous");
    }
}

/// <summary>Bytes that were read are not the manifest that was asked for, or none.</summary>
/// <param name="kind">What went wrong.</param>
/// <param name="problem">What is wrong with it, the end of a sentence.</param>
/// <param name="advice">What the user can do; null for nothing.</param>
/// <param name="innerException">The cause, if any.</param>
public sealed class UnverifiedManifestException(RegistryErrorKind kind, string problem, string? advice = null, Exception? innerException = null)
    : Exception(problem, innerException)
{
    /// <summary>What went wrong.</summary>
    public RegistryErrorKind Kind { get; } = kind;

    /// <summary>What the user can do, one sentence.</summary>
    public string? Advice { get; } = advice;
}
