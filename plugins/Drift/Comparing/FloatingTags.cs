using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>
/// Tells which running tags are meant to move. Who rewrites a full version must not be able to make it look like a floating one by pushing one more tag beside
/// it, with the rewriting or before: what a tag was while it named its last image counts, and what it was for long.
/// </summary>
internal sealed class FloatingTags(Candidates candidates, IReadOnlyList<TaggedImage> known, ImageReader images, DateTimeOffset checkedAt)
{
    /// <summary>Tags of one release may be pushed one after the other: so long, a full version may yet turn out to be a floating one.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromDays(1);

    private readonly Dictionary<string, DateTimeOffset> _firstSeen = known.Where(image => image.FirstSeen is not null)
        .ToDictionary(image => image.Tag, image => image.FirstSeen!.Value, StringComparer.Ordinal);

    private readonly Dictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private FloatingNames? _before;

    /// <summary>True for a tag that is meant to move.</summary>
    /// <param name="now">What the tag names now.</param>
    /// <param name="expectsImmutableTags">True where no full version may ever be built again.</param>
    public bool IsFloating(TagImage now, bool expectsImmutableTags)
    {
        // Many workloads run one tag.
        if (!_asked.TryGetValue(now.Tag, out var isFloating)) _asked[now.Tag] = isFloating = Find(now);
        return isFloating && !(expectsImmutableTags && candidates.SpellsFullVersion(now.Tag));
    }

    /// <summary>Notes that something runs another image than the tag names.</summary>
    public void NoteChange(string tag) => _changed.Add(tag);

    /// <summary>Ends the check: where everything that runs a changed tag runs what it names, it counts anew as what the tags beside it make of it.</summary>
    public void Settle()
    {
        foreach (var tag in _asked.Keys.Where(tag => !_changed.Contains(tag)))
        {
            var seen = images.Next.Tags[tag];
            images.Next.Tags[tag] = As(seen with { StaysFull = false }, !candidates.IsFloating(tag) || (IsLongFull(seen) && !seen.StaysFull));
        }
    }

    private bool Find(TagImage now)
    {
        var isFloating = candidates.IsFloating(now.Tag);
        var seen = images.Next.Tags[now.Tag];
        // Once rewritten as a full version, it stays one: else the next check would take the alarm back.
        var staysFull = seen.StaysFull || (isFloating && IsLongFull(seen));
        // Where it was never compared, the host's history tells: only tags that were there before the change make it a floating one.
        if (seen.IsFull is null && isFloating && _firstSeen.TryGetValue(now.Tag, out var first) && first < now.SeenSince)
            staysFull = !WasFloatingBefore(now);
        isFloating &= !staysFull;
        images.Next.Tags[now.Tag] = As(seen with { StaysFull = seen.StaysFull || (staysFull && seen.IsFull is null) }, !isFloating);
        return isFloating;
    }

    private SeenTag As(SeenTag seen, bool isFull) => seen with { IsFull = isFull, FullSince = isFull ? seen.FullSince ?? checkedAt : null };

    private bool IsLongFull(SeenTag seen) => seen is { IsFull: true, FullSince: { } since } && checkedAt - since >= Settling;

    /// <summary>One that the host has not looked at may have been there always.</summary>
    private bool WasFloatingBefore(TagImage now) =>
        candidates.ShapeOf(now.Tag) is not { } shaped
        || (_before ??= new FloatingNames(candidates.Shaped, tag => _firstSeen.GetValueOrDefault(tag, DateTimeOffset.MinValue)))
            .SinceOf(shaped) < now.SeenSince;
}
