using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Manifests that were read in this round as a first step: indexes for their time alone, and what has to wait for the place of a large document. Those that are
/// read further are not read again.
/// </summary>
/// <param name="maximumBytes">Beyond it, only times are kept, and a manifest is read again when its turn comes.</param>
/// <param name="share">What they hold, given back with them; likewise where it gets no more.</param>
internal sealed class Glances(long maximumBytes, MemoryShare? share = null) : IDisposable
{
    private readonly MemoryShare _share = share ?? MemoryShare.Alone();
    private readonly ConcurrentDictionary<Digest, KnownImage> _glances = new();
    private readonly BoundedCache<Digest, VerifiedManifest> _manifests = new(maximumBytes, manifest => manifest.Manifest.Content.Length);

    public void Dispose() => _share.Dispose();

    /// <summary>What an index that was read says; null for one that was not.</summary>
    public KnownImage? Find(Digest index) => _glances.GetValueOrDefault(index);

    /// <summary>The manifest itself; null where it was not read, or not kept.</summary>
    public VerifiedManifest? FindManifest(Digest digest) => _manifests.Find(digest);

    /// <summary>Keeps a manifest to be read further. A large one is not kept: it would be held without the place of one.</summary>
    public void Keep(VerifiedManifest manifest)
    {
        var size = manifest.Manifest.Content.Length;
        if (size <= ReadingBudget.SmallDocument) _share.TryKeep(size, () => _manifests.TryAdd(manifest.Digest, manifest));
    }

    /// <summary>What the index says of its image; null where it does not tell a credible time.</summary>
    public KnownImage? Add(VerifiedManifest index)
    {
        if (IndexTime.Of(index) is not { } created) return null;
        var image = new KnownImage(index.Digest, null, null) { Created = created };
        Keep(index);
        _glances[index.Digest] = image;
        return image;
    }
}
