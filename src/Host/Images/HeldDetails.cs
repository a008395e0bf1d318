using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Images;

/// <summary>Bounds the details that one round holds. An image may be looked at several times while others are chosen, and counts once.</summary>
/// <param name="maximumBytes">Beyond it, images are kept without their configuration.</param>
internal sealed class HeldDetails(long maximumBytes)
{
    private readonly ConcurrentDictionary<(string Tag, Digest Digest), ImageDetails> _held = new();
    private long _bytes;
    private int _cut;

    /// <summary>How many images are without their configuration.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>The details as far as there is room for them.</summary>
    public ImageDetails Hold(string tag, Digest digest, ImageDetails details) => _held.GetOrAdd((tag, digest), _ => Hold(details));

    private ImageDetails Hold(ImageDetails details)
    {
        if (Interlocked.Add(ref _bytes, DetailLimits.SizeOf(details)) <= maximumBytes) return details;
        Interlocked.Increment(ref _cut);
        return DetailLimits.WithoutLists(details);
    }
}
