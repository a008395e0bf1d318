using RegistryOperator.Abstractions.Scanning;
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

    /// <summary>What the tags have named, each the newest first: the clock of images of which no status tells; null where it was not read.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>? History { private get; set; }

    /// <summary>True where it is not known when a tag was first seen.</summary>
    public bool LacksClock(string tag) => FirstSeenOf(tag) is null;

    public ImageStatus Build(InspectedImage image)
    {
        var tag = image.Tag.Tag;
        var earlier = _before.GetValueOrDefault(tag);
        var firstSeen = FirstSeenOf(tag) ?? StoredTime.Believed(HistoryOf(tag) is [.., var first] ? first.From : null, now) ?? now;
        return image.IsRead ? WithDetails(image, image.Details!, earlier, firstSeen) : WithoutDetails(image, earlier, firstSeen);
    }

    private DateTimeOffset? FirstSeenOf(string tag) =>
        StoredTime.Believed(known.GetValueOrDefault(tag)?.FirstSeen, now)
        ?? StoredTime.Believed(_before.GetValueOrDefault(tag)?.Timestamps?.FirstSeen, now);

    private IReadOnlyList<TagHistoryEntry> HistoryOf(string tag) => History?.GetValueOrDefault(tag) ?? [];

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
            Timestamps = Timestamps(image, details.Created, firstSeen, same),
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
            Timestamps = Timestamps(image, keep.Timestamps?.Created ?? image.Created, firstSeen, keep),
        };
    }

    private ImageTimestampsStatus Timestamps(InspectedImage image, DateTimeOffset? created, DateTimeOffset firstSeen, ImageStatus? same) => new()
    {
        Created = created,
        FirstSeen = firstSeen,
        UnchangedSince = keepsClocks ? StoredTime.Believed(same?.Timestamps?.UnchangedSince, now) ?? RecordedSince(image) ?? now : null,
        Age = created is { } time ? ImageAge.Format(now - time) : null,
    };

    /// <summary>Since when the tag was recorded to name what it names now; null where that is not known.</summary>
    private DateTimeOffset? RecordedSince(InspectedImage image) =>
        HistoryOf(image.Tag.Tag) is [{ To: null } newest, ..] && newest.Digest == image.Digest ? StoredTime.Believed(newest.From, now) : null;
}
