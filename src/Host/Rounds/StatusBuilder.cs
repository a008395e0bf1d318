using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Turns what a round found into the images of a status. What could not be read this time keeps its last good value with the reason beside
/// it; results of scanners stay with the digest they belong to.
/// </summary>
/// <param name="before">The last status.</param>
/// <param name="known">What is remembered, by tag.</param>
/// <param name="now">The time of the round.</param>
/// <param name="keepsClocks">True where the status keeps since when each tag has named its image.</param>
internal sealed class StatusBuilder(RegistryStatus? before, IReadOnlyDictionary<string, KnownImage> known, DateTimeOffset now, bool keepsClocks = false)
{
    private readonly Dictionary<string, ImageStatus> _before = (before?.Images ?? []).ToDictionary(image => image.Tag, StringComparer.Ordinal);

    public ImageStatus Build(InspectedImage image)
    {
        var tag = image.Tag.Tag;
        var earlier = _before.GetValueOrDefault(tag);
        var firstSeen = StoredTime.Believed(known.GetValueOrDefault(tag)?.FirstSeen, now) ?? StoredTime.Believed(earlier?.Timestamps?.FirstSeen, now) ?? now;
        return image.IsRead ? WithDetails(image, image.Details!, earlier, firstSeen) : WithoutDetails(image, earlier, firstSeen);
    }

    private ImageStatus WithDetails(InspectedImage image, ImageDetails details, ImageStatus? earlier, DateTimeOffset firstSeen)
    {
        var digest = image.Digest?.ToString();
        // What scanners have found stays with its digest.
        var same = earlier?.Digest == digest ? earlier : null;
        return (same ?? new ImageStatus()) with
        {
            Tag = image.Tag.Tag,
            OtherTags = image.OtherTags,
            Digest = digest,
            MediaType = details.MediaType,
            Size = details.Size,
            Reason = details.Reason,
            Message = details.Message,
            Timestamps = Timestamps(details.Created, firstSeen, same),
            Platforms = details.Platforms,
            PlatformDigests = details.PlatformDigests,
            Config = details.Config,
            Usage = earlier?.Usage,
        };
    }

    private ImageStatus WithoutDetails(InspectedImage image, ImageStatus? earlier, DateTimeOffset firstSeen)
    {
        var digest = image.Digest?.ToString();
        var keep = earlier is not null && (digest is null || earlier.Digest == digest)
            ? earlier
            : new ImageStatus { Tag = image.Tag.Tag, Digest = digest, Usage = earlier?.Usage };
        return keep with
        {
            Reason = image.Reason,
            Message = image.Message,
            Timestamps = Timestamps(keep.Timestamps?.Created ?? image.Created, firstSeen, keep),
        };
    }

    private ImageTimestampsStatus Timestamps(DateTimeOffset? created, DateTimeOffset firstSeen, ImageStatus? same) => new()
    {
        Created = created,
        FirstSeen = firstSeen,
        UnchangedSince = keepsClocks ? StoredTime.Believed(same?.Timestamps?.UnchangedSince, now) ?? now : null,
        Age = created is { } time ? ImageAge.Format(now - time) : null,
    };
}
