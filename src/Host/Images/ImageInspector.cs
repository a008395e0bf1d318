using System.Collections.Concurrent;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Finds out what tags name, for one scan of one repository. A tag known from before costs one HEAD while its digest is unchanged; a new
/// one costs its manifest, and each new digest its configuration, once however many tags share it.
/// </summary>
internal sealed class ImageInspector(IRegistryClient client, ImageCache cache, IReadOnlyDictionary<string, KnownImage> known)
{
    private readonly string _host = client.Repository.Registry.ToString();
    private readonly ImageDetailsReader _reader = new(client);
    private readonly ConcurrentDictionary<Digest, Lazy<Task<ImageDetails>>> _reads = new();

    /// <summary>Inspects one tag.</summary>
    /// <exception cref="RegistryException">The registry failed in a way that says nothing about this tag alone (see <see cref="RegistryErrorKind"/>).</exception>
    public async Task<InspectedImage> InspectAsync(VersionedTag tag, CancellationToken cancellationToken)
    {
        Digest? digest = null;
        try
        {
            Manifest? manifest = null;
            if (known.TryGetValue(tag.Tag, out var before))
            {
                digest = (await client.ResolveAsync(tag.Tag, cancellationToken)).Digest;
                if (FindDetails(digest.Value, before) is { } unchanged) return new InspectedImage(tag) { Digest = digest, Details = unchanged };
            }
            else
            {
                manifest = await client.GetManifestAsync(tag.Tag, cancellationToken);
                digest = manifest.Digest;
            }

            return new InspectedImage(tag) { Digest = digest, Details = await ReadOnceAsync(digest.Value, manifest, cancellationToken) };
        }
        catch (RegistryException failure) when (!failure.IsTransient)
        {
            return new InspectedImage(tag) { Digest = digest, Reason = ImageReasons.Of(failure.Kind), Message = failure.Message };
        }
        catch (JsonException failure)
        {
            return new InspectedImage(tag) { Digest = digest, Reason = ScanReasons.InvalidContent, Message = $"The manifest or configuration of '{tag.Tag}' can't be read: {failure.Message}" };
        }
    }

    private ImageDetails? FindDetails(Digest digest, KnownImage before)
    {
        if (before.Digest != digest || before.Details is null) return cache.Find(_host, digest);
        cache.Add(_host, digest, before.Details);
        return before.Details;
    }

    /// <summary>Reads a digest's details once: tags that share a digest wait for the first one's read.</summary>
    private Task<ImageDetails> ReadOnceAsync(Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        if (cache.Find(_host, digest) is { } details) return Task.FromResult(details);
        return _reads.GetOrAdd(digest, key => new Lazy<Task<ImageDetails>>(() => ReadAsync(key, manifest, cancellationToken))).Value;
    }

    private async Task<ImageDetails> ReadAsync(Digest digest, Manifest? manifest, CancellationToken cancellationToken)
    {
        var details = await _reader.ReadAsync(manifest ?? await client.GetManifestAsync(digest.ToString(), cancellationToken), cancellationToken);
        cache.Add(_host, digest, details);
        _reads.TryRemove(digest, out _);
        return details;
    }
}
