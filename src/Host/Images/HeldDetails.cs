using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>Bounds the details that one round holds. An image may be looked at several times while others are chosen, and counts once.</summary>
/// <param name="maximumBytes">Beyond it, images are kept without their configuration.</param>
/// <param name="share">What the round holds; likewise where it gets no more.</param>
internal sealed class HeldDetails(long maximumBytes, MemoryShare? share = null)
{
    private readonly MemoryShare _share = share ?? MemoryShare.Alone();
    private readonly BoundedCache<(string Tag, Digest Digest), ImageDetails> _held = new(maximumBytes, DetailLimits.SizeOf);
    private readonly ConcurrentDictionary<(string Tag, Digest Digest), bool> _cut = new();

    /// <summary>How many images are without their configuration.</summary>
    public int Cut => _cut.Count;

    /// <summary>The details as far as there is room for them; null where there is none at all.</summary>
    public ImageDetails? Hold(string tag, Digest digest, ImageDetails details)
    {
        var image = (tag, digest);
        if (_held.Find(image) is { } held) return held;
        if (!_cut.ContainsKey(image) && _share.TryKeep(DetailLimits.SizeOf(details), () => _held.TryAdd(image, details))) return details;
        // Where another caller was quicker with the same, both are held.
        if (_held.Find(image) is { } same) return same;
        var cut = DetailLimits.WithoutLists(details);
        if (_cut.ContainsKey(image)) return cut;
        if (!_share.TryTake(DetailLimits.SizeOf(cut))) return null;
        _cut[image] = true;
        return cut;
    }
}
