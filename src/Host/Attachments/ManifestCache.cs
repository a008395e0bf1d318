using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// The manifests of attachments in one repository, each read once in a round. Belongs to one client and one round, so that no resource sees what its own
/// access has not read. Bounded: what no longer fits is read again each time.
/// </summary>
internal sealed class ManifestCache(IRegistryClient client, long maximumBytes = ManifestCache.DefaultMaximumBytes)
{
    /// <summary>Manifests are a few KiB, so these are a thousand; one may have 4 MiB, and anyone who may push can attach it. Many rounds have one.</summary>
    public const long DefaultMaximumBytes = 4 * 1024 * 1024;

    private readonly BoundedCache<Digest, VerifiedManifest> _kept = new(maximumBytes, manifest => manifest.Manifest.Content.Length);
    private readonly SingleFlight<Digest, VerifiedManifest> _reads = new();

    /// <summary>Reads a manifest; its digest is verified.</summary>
    /// <exception cref="RegistryException">It can't be read.</exception>
    public async Task<Manifest> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var manifest = _kept.Find(digest)
            ?? await _reads.RunAsync(digest, async ends => _kept.Find(digest) ?? Keep(await client.ReadVerifiedAsync(digest, ends)), cancellationToken);
        return manifest.Manifest;
    }

    /// <summary>Reads what a tag names; null where there is no such tag. Not kept by the tag, which may move, but by the digest.</summary>
    /// <exception cref="RegistryException">It can't be read.</exception>
    public async Task<Manifest?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        VerifiedManifest manifest;
        try
        {
            manifest = await client.ReadVerifiedAsync(tag, cancellationToken);
        }
        catch (RegistryException missing) when (missing.Kind is RegistryErrorKind.NotFound)
        {
            return null;
        }

        // Asked for by its digest, one of schema 1 is refused.
        return (MediaTypes.IsSchema1(manifest.MediaType) ? manifest : _kept.Find(manifest.Digest) ?? Keep(manifest)).Manifest;
    }

    // The first ones stay: a round asks for all in turn, so that what would make room for another is asked for next.
    private VerifiedManifest Keep(VerifiedManifest manifest)
    {
        _kept.TryAdd(manifest.Digest, manifest);
        return manifest;
    }
}
