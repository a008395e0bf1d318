using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Image details by registry (<see cref="Access.OpenedRegistry.Domain"/>) and digest, over all resources. The registry is part of the key so that none can name
/// a digest of another one and be shown its details; who is shown any has to show first that he may read the manifest (<see cref="Access.ReadRights"/>).
/// </summary>
internal sealed class ImageCache(int capacity = ImageCache.DefaultCapacity, long maximumBytes = ImageCache.DefaultMaximumBytes)
{
    /// <summary>Enough for the images of a large installation, at 1 to 2 KiB each.</summary>
    public const int DefaultCapacity = 20_000;

    /// <summary>What they then take. Images of a stranger may be larger.</summary>
    public const long DefaultMaximumBytes = DefaultCapacity * 2048L;

    // Each weighs at least its share, so that the number is limited, too.
    private readonly BoundedCache<(string Domain, Digest Digest), VerifiedDetails> _details =
        new(maximumBytes, details => Math.Max(DetailLimits.SizeOf(details.Details), maximumBytes / capacity));

    public int Count => _details.Count;

    public VerifiedDetails? Find(string domain, Digest digest) => _details.Find((domain, digest));

    /// <summary>Adds details; beyond the capacity those unused for longest go. A manifest of schema 1 stays out: nothing proves its digest.</summary>
    public void Add(string domain, VerifiedDetails details)
    {
        if (MediaTypes.IsSchema1(details.Details.MediaType)) return;
        // The first are kept: they are the same, and others may hold them already.
        if (Find(domain, details.Digest) is null) _details.Set((domain, details.Digest), details);
    }
}
