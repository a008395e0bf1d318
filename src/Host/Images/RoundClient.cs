using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Oci.Client;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// A repository as the registry scanners of one round read it: what one of them has asked for, its next run in the round is told without a request, and so is
/// the host where it reads an update that was found. A failure is not remembered. It has one access and one round, so that nobody is shown what his own access
/// has not read. Bounded: what no longer fits is asked for again.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="documents">What the host has read in the round.</param>
/// <param name="share">What the round holds; beyond it nothing is kept.</param>
internal sealed class RoundClient(IRegistryClient client, ImageDocuments documents, MemoryShare share) : IBoundedManifestClient
{
    /// <summary>Manifests and configurations are some 10 KiB for each image, and a scanner finds few updates in one round.</summary>
    private const long MaximumBytes = 1024 * 1024;

    /// <summary>Tags and digests that were resolved.</summary>
    private const int MaximumNames = 10_000;

    private readonly BoundedCache<string, Descriptor> _named = new(MaximumNames, comparer: StringComparer.Ordinal);
    private readonly BoundedCache<Digest, Manifest> _manifests = new(MaximumBytes, manifest => manifest.Content.Length);
    private readonly BoundedCache<Digest, Blob> _blobs = new(MaximumBytes, blob => blob.Content.Length);

    public RepositoryReference Repository => client.Repository;

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        if (_named.Find(reference) is { } known) return known;
        var named = await client.ResolveAsync(reference, cancellationToken);
        _named.Set(reference, named);
        return named;
    }

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => ReadAsync(reference, null, cancellationToken);

    public Task<Manifest> GetManifestAsync(string reference, long maximumSize, CancellationToken cancellationToken) =>
        ReadAsync(reference, maximumSize, cancellationToken);

    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        if (_blobs.Find(blob.Digest) is { } kept && kept.Content.Length <= maximumSize) return kept.Content;
        var content = await client.ReadBlobAsync(blob, maximumSize, cancellationToken);
        share.TryKeep(content.Length, () => _blobs.TryAdd(blob.Digest, new Blob(content)));
        return content;
    }

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => client.ListTagsAsync(cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => client.OpenBlobAsync(blob, cancellationToken);

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        client.ListReferrersAsync(subject, artifactType, cancellationToken);

    private async Task<Manifest> ReadAsync(string reference, long? maximumSize, CancellationToken cancellationToken)
    {
        var digest = Digest.TryParse(reference, out var asked) ? asked : _named.Find(reference)?.Digest;
        if (digest is { } known && Find(known) is { } kept && kept.Content.Length <= (maximumSize ?? long.MaxValue)) return kept;
        var manifest = await client.GetManifestAsync(reference, maximumSize, cancellationToken);
        // Under a tag, the digest of schema 1 is not what its bytes hash to.
        if (digest == manifest.Digest) share.TryKeep(manifest.Content.Length, () => _manifests.TryAdd(manifest.Digest, manifest));
        return manifest;
    }

    private Manifest? Find(Digest digest) => _manifests.Find(digest) ?? documents.Find(digest)?.Manifest.Manifest;

    private sealed record Blob(ReadOnlyMemory<byte> Content);
}
