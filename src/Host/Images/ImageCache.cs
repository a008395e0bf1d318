using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Image details by registry host and digest, over all resources. The host is part of the key so that no registry can name a digest of
/// another one and be shown its details.
/// </summary>
internal sealed class ImageCache(int capacity = ImageCache.DefaultCapacity, long maximumBytes = ImageCache.DefaultMaximumBytes)
{
    /// <summary>Enough for the images of a large installation, at 1 to 2 KiB each.</summary>
    public const int DefaultCapacity = 20_000;

    /// <summary>What they then take. Images of a stranger may be larger.</summary>
    public const long DefaultMaximumBytes = DefaultCapacity * 2048L;

    // Each weighs at least its share, so that the number is limited, too.
    private readonly BoundedCache<(string Host, Digest Digest), ImageDetails> _details =
        new(maximumBytes, details => Math.Max(DetailLimits.SizeOf(details), maximumBytes / capacity));

    public int Count => _details.Count;

    public ImageDetails? Find(string host, Digest digest) => _details.Find((host, digest));

    /// <summary>Adds details; beyond the capacity those unused for longest go. A manifest of schema 1 stays out: nothing proves its digest.</summary>
    public void Add(string host, Digest digest, ImageDetails details)
    {
        if (MediaTypes.IsSchema1(details.MediaType)) return;
        // The first are kept: they are the same, and others may hold them already.
        if (Find(host, digest) is null) _details.Set((host, digest), details);
    }
}
