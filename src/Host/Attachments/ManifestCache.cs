using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// The manifests of attachments in one repository, each read once in a round. Belongs to one client and one round, so that no resource sees what its own
/// access has not read. Bounded: what no longer fits is read again each time.
/// </summary>
internal sealed class ManifestCache(IRegistryClient client, long maximumBytes = ManifestCache.DefaultMaximumBytes)
{
    /// <summary>Manifests are a few KiB, so these are thousands; one may have 4 MiB, and anyone who may push can attach it.</summary>
    public const long DefaultMaximumBytes = 32 * 1024 * 1024;

    private readonly ConcurrentDictionary<Digest, Once<Manifest>> _manifests = new();
    private long _bytes;

    /// <summary>Reads a manifest; its digest is verified.</summary>
    /// <exception cref="RegistryException">It can't be read.</exception>
    public Task<Manifest> ReadAsync(Digest digest, CancellationToken cancellationToken) =>
        ReadAsync(digest, token => client.GetManifestAsync(digest.ToString(), token), cancellationToken);

    /// <summary>Reads what a tag names; null where there is no such tag. Not kept by the tag, which may move, but by the digest.</summary>
    /// <exception cref="RegistryException">It can't be read.</exception>
    public async Task<Manifest?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        Manifest manifest;
        try
        {
            manifest = await client.GetManifestAsync(tag, cancellationToken);
        }
        catch (RegistryException missing) when (missing.Kind is RegistryErrorKind.NotFound)
        {
            return null;
        }

        return await ReadAsync(manifest.Digest, _ => Task.FromResult(manifest), cancellationToken);
    }

    private Task<Manifest> ReadAsync(Digest digest, Func<CancellationToken, Task<Manifest>> read, CancellationToken cancellationToken) =>
        _manifests.GetOrAdd(digest, _ => new Once<Manifest>()).GetAsync(async token =>
        {
            var manifest = await read(token);
            if (Interlocked.Add(ref _bytes, manifest.Content.Length) <= maximumBytes) return manifest;
            Interlocked.Add(ref _bytes, -manifest.Content.Length);
            _manifests.TryRemove(digest, out _);
            return manifest;
        }, cancellationToken);
}
