using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Images;

/// <summary>What a digest says about its image. Never changes, so it is kept by digest and shared by all tags and resources.</summary>
internal sealed record ImageDetails
{
    public required string MediaType { get; init; }

    /// <summary>Bytes of configuration and layers; of an index, those of the platform whose configuration is shown.</summary>
    public long? Size { get; init; }

    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>The manifests of an index; empty for a single image, whose manifest is the digest itself.</summary>
    public IReadOnlyList<PlatformDigestStatus> PlatformDigests { get; init; } = [];

    public ImageConfigStatus? Config { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>Why there are no details, where the content itself is the reason (not an image, or an unsupported kind).</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>The details in an earlier status; null where they are missing or incomplete.</summary>
    public static ImageDetails? FromStatus(ImageStatus image)
    {
        var complete = image.Digest is not null && image.MediaType is not null
            && image.Reason is null or ScanReasons.NotAnImage or ScanReasons.UnsupportedManifest;
        return complete
            ? new ImageDetails
            {
                MediaType = image.MediaType!,
                Size = image.Size,
                Platforms = image.Platforms,
                PlatformDigests = image.PlatformDigests,
                Config = image.Config,
                Created = image.Timestamps?.Created,
                Reason = image.Reason,
                Message = image.Message,
            }
            : null;
    }
}

/// <summary>What is known of a tag from earlier rounds.</summary>
/// <param name="Digest">The digest it named.</param>
/// <param name="FirstSeen">When the tag was first seen.</param>
/// <param name="Details">The details of that digest, where they are still known.</param>
internal sealed record KnownImage(Digest Digest, DateTimeOffset? FirstSeen, ImageDetails? Details)
{
    /// <summary>When the image was created, also where its details are no longer known.</summary>
    public DateTimeOffset? Created { get => field ?? Details?.Created; init; }

    /// <summary>True where the image was read and tells no credible time: it need not be read again to learn that.</summary>
    public bool IsUndated { get; init; }

    /// <summary>Other tags that named the same image when it was chosen.</summary>
    public IReadOnlyList<string> OtherTags { get; init; } = [];

    /// <summary>False where the tag was found to name no image, or never could be read.</summary>
    public bool IsImage { get; init; } = Details is null or { Reason: null };

    /// <summary>What a status says of a tag; null where it names no digest.</summary>
    /// <param name="image">The tag's image.</param>
    /// <param name="isCut">True where the status was cut to fit: details that were cut must not be taken for all there is.</param>
    public static KnownImage? FromStatus(ImageStatus image, bool isCut)
    {
        if (!Digest.TryParse(image.Digest, out var digest)) return null;
        return new KnownImage(digest, image.Timestamps?.FirstSeen, isCut ? null : ImageDetails.FromStatus(image))
        {
            Created = image.Timestamps?.Created,
            OtherTags = image.OtherTags,
            // Every image has a configuration, unless that was cut. The reason alone does not tell: a failure may have overwritten it.
            IsImage = image.MediaType is not null && (isCut || image.Config is not null)
                && image.Reason is not (ScanReasons.NotAnImage or ScanReasons.UnsupportedManifest),
        };
    }
}

/// <summary>What one round found under a tag: an image with details, or the reason why it has none.</summary>
/// <param name="Tag">The tag, with the version it spells.</param>
internal sealed record InspectedImage(VersionedTag Tag)
{
    /// <summary>What an earlier status says of an image.</summary>
    public static InspectedImage FromStatus(ImageStatus image) => new(VersionedTag.Read(image.Tag))
    {
        Digest = Abstractions.Oci.Digest.TryParse(image.Digest, out var digest) ? digest : null,
        Details = ImageDetails.FromStatus(image),
        Reason = image.Reason,
        Message = image.Message,
    };

    /// <summary>
    /// True where this round determined what the tag names, even where that is not an image. Where false, there may still be details: those
    /// of an earlier round.
    /// </summary>
    public bool IsRead => Details is not null && (Reason is null || Reason == Details.Reason);

    /// <summary>What the tag names; null where that could not be determined.</summary>
    public Digest? Digest { get; init; }

    public ImageDetails? Details { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>What is known of an image whose details were not read this time; null for nothing.</summary>
    public KnownImage? LastKnown { get; init; }

    /// <summary>Other tags that name the same image, as far as they were looked at.</summary>
    public IReadOnlyList<string> OtherTags { get; init; } = [];

    /// <summary>True where only the digest and the time were asked for.</summary>
    public bool IsGlance => Details is null && Reason is null;

    /// <summary>When the image was created, as far as is known.</summary>
    public DateTimeOffset? Created => Details is { } details ? details.Created : LastKnown?.Created;

    /// <summary>True for an image that was read, or that was one when it last could be read.</summary>
    public bool IsImage => Details is { } details ? details.Reason is null : LastKnown is { IsImage: true };
}
