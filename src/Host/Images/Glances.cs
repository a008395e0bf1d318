using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Images;

/// <summary>Indexes that were read in this round for their time alone. Those that are chosen are read further, without reading the index again.</summary>
/// <param name="maximumBytes">Beyond it, only times are kept, and an index is read again when its turn comes.</param>
internal sealed class Glances(long maximumBytes)
{
    private readonly ConcurrentDictionary<Digest, (KnownImage Image, VerifiedManifest? Index)> _glances = new();
    private long _bytes;

    /// <summary>What an index that was read says; null for one that was not.</summary>
    public KnownImage? Find(Digest index) => _glances.TryGetValue(index, out var glance) ? glance.Image : null;

    /// <summary>The index itself; null where it was not read, or not kept.</summary>
    public VerifiedManifest? FindIndex(Digest index) => _glances.TryGetValue(index, out var glance) ? glance.Index : null;

    /// <summary>What the index says of its image; null where it does not tell a credible time.</summary>
    public KnownImage? Add(VerifiedManifest index)
    {
        if (IndexTime.Of(index) is not { } created) return null;
        var image = new KnownImage(index.Digest, null, null) { Created = created };
        var isKept = Interlocked.Add(ref _bytes, index.Manifest.Content.Length) <= maximumBytes;
        _glances[index.Digest] = (image, isKept ? index : null);
        return image;
    }
}
