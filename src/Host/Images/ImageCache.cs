using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Image details by registry host and digest, over all resources. The host is part of the key so that no registry can name a digest of
/// another one and be shown its details.
/// </summary>
internal sealed class ImageCache(int capacity = ImageCache.DefaultCapacity)
{
    /// <summary>Enough for the images of a large installation, at 1 to 2 KiB each.</summary>
    public const int DefaultCapacity = 20_000;

    private readonly ConcurrentDictionary<(string Host, Digest Digest), ImageDetails> _details = new();
    private readonly ConcurrentQueue<(string Host, Digest Digest)> _order = new();

    public int Count => _details.Count;

    public ImageDetails? Find(string host, Digest digest) => _details.GetValueOrDefault((host, digest));

    /// <summary>Adds details; beyond the capacity the oldest entry goes. A manifest of schema 1 stays out: nothing proves its digest.</summary>
    public void Add(string host, Digest digest, ImageDetails details)
    {
        if (MediaTypes.IsSchema1(details.MediaType)) return;
        if (!_details.TryAdd((host, digest), details)) return;
        _order.Enqueue((host, digest));
        while (_details.Count > capacity && _order.TryDequeue(out var oldest)) _details.TryRemove(oldest, out _);
    }
}
