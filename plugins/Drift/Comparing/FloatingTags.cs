using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Plugins.Drift.Versions;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>
/// Tells which running tags are meant to move. Who rewrites a full version must not be able to make it look like a floating one by pushing one more tag beside
/// it: what a tag was while it named its last image counts.
/// </summary>
internal sealed class FloatingTags(Candidates candidates, ImageReader images, ImageMemory memory)
{
    /// <summary>True for a tag that is meant to move.</summary>
    /// <param name="now">What the tag names now.</param>
    /// <param name="expectsImmutableTags">True where no full version may ever be built again.</param>
    public bool IsFloating(TagImage now, bool expectsImmutableTags)
    {
        var isFloating = candidates.IsFloating(now.Tag);
        var before = memory.Tags.GetValueOrDefault(now.Tag);
        // Once rewritten as a full version, it stays one: else the next check would take the alarm back.
        var staysFull = before is not null && (before.StaysFull || (before.IsFull && before.Digest != now.Facts.Digest));
        isFloating &= !staysFull;
        if (images.Next.Tags.TryGetValue(now.Tag, out var seen)) images.Next.Tags[now.Tag] = seen with { IsFull = !isFloating, StaysFull = staysFull };
        return isFloating && !(expectsImmutableTags && candidates.SpellsFullVersion(now.Tag));
    }
}
