using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Attachments;

/// <summary>
/// What is attached to the image of a request in its repository: signatures, attestations, SBOMs, wherever tools put them. What has been read is
/// cached for all scanners of the image.
/// </summary>
public interface IImageAttachments
{
    /// <summary>Lists the attachments of the image and of its platforms' manifests.</summary>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">Nothing could be listed at all.</exception>
    Task<ImageAttachmentList> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads an attachment's manifest; its digest is verified.</summary>
    /// <param name="attachment">One of the list.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="RegistryException">It can't be read.</exception>
    Task<Manifest> ReadManifestAsync(ImageAttachment attachment, CancellationToken cancellationToken);
}

/// <summary>The attachments of an image.</summary>
public sealed record ImageAttachmentList
{
    /// <summary>The attachments found, each once, in the order of <see cref="AttachmentSource"/>.</summary>
    public required IReadOnlyList<ImageAttachment> Attachments { get; init; }

    /// <summary>True where every place was read. An artifact that is missing from an incomplete list may still be attached.</summary>
    public bool IsComplete => Problem is null;

    /// <summary>Why the list is not complete, e.g. a place that could not be read; null where it is complete.</summary>
    public RegistryException? Problem { get; init; }
}

/// <summary>Something attached to an image.</summary>
public sealed record ImageAttachment
{
    /// <summary>Names its manifest.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>What it is: the manifest's own artifact type, else the media type of its configuration, whatever the descriptor claims
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"/>).</summary>
    public required string ArtifactType { get; init; }

    /// <summary>The digest of the manifest it is attached to: the image's, or that of one of its platforms.</summary>
    public required Digest Subject { get; init; }

    /// <summary>Where it was found.</summary>
    public required AttachmentSource Source { get; init; }

    /// <summary>The tag by which it was found; null where it was found without one.</summary>
    public string? Tag { get; init; }
}

/// <summary>Where attachments are found.</summary>
public enum AttachmentSource
{
    /// <summary>The Referrers API (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"/>).</summary>
    ReferrersApi,

    /// <summary>The index under the tag <c>sha256-…</c>, where a registry lacks the API
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema"/>).</summary>
    FallbackTag,

    /// <summary>Cosign's tags <c>sha256-….sig</c>, <c>.att</c> and <c>.sbom</c>
    /// (<see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage"/>).</summary>
    CosignTag,

    /// <summary>An entry of the image's own index, as BuildKit writes attestations
    /// (<see href="https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md"/>).</summary>
    IndexEntry,
}
