using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// The manifests and configurations of one repository's images that one round has read, for its scanners: what inspection has read costs them no request
/// more. It has one client and one round, so that nobody is shown what his own access has not read. Bounded: what no longer fits is not kept.
/// </summary>
/// <param name="client">Reads them.</param>
/// <param name="maximumBytes">Of all that are kept.</param>
/// <param name="share">What the round holds; beyond it nothing is kept either.</param>
internal sealed class ImageDocuments(IRegistryClient client, long maximumBytes = ImageDocuments.DefaultMaximumBytes, MemoryShare? share = null)
{
    /// <summary>An image's are some 6 KiB, so these are those of 700 images. Many rounds may wait for their scans at the same time.</summary>
    public const long DefaultMaximumBytes = 4 * 1024 * 1024;

    private readonly MemoryShare _share = share ?? MemoryShare.Alone();
    private readonly BoundedCache<Digest, ImageDocument> _kept = new(maximumBytes, document => document.Size);
    private readonly SingleFlight<Digest, ImageDocument> _reads = new();

    /// <summary>Keeps what was read, where it fits. The first ones stay: what would make room for another is asked for next.</summary>
    public void Keep(ImageDocument document) => _share.TryKeep(document.Size, () => _kept.TryAdd(document.Manifest.Digest, document));

    /// <summary>What was read and kept; null for nothing.</summary>
    public ImageDocument? Find(Digest digest) => _kept.Find(digest);

    /// <summary>What was read, or is read now: once, where several ask at the same time.</summary>
    /// <exception cref="RegistryException">It can't be read.</exception>
    /// <exception cref="System.Text.Json.JsonException">The manifest is no such document.</exception>
    public async Task<ImageDocument> ReadAsync(Digest digest, CancellationToken cancellationToken) =>
        Find(digest) ?? await _reads.RunAsync(digest, async ends => Find(digest) ?? await ReadOnceAsync(digest, ends), cancellationToken);

    private async Task<ImageDocument> ReadOnceAsync(Digest digest, CancellationToken cancellationToken)
    {
        var manifest = await client.ReadVerifiedAsync(digest, cancellationToken);
        var document = new ImageDocument(manifest, await ReadConfigurationAsync(manifest, cancellationToken));
        Keep(document);
        return document;
    }

    private async Task<VerifiedContent?> ReadConfigurationAsync(VerifiedManifest manifest, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(manifest.MediaType)) return null;
        if (manifest.Manifest.ReadImageManifest() is not { MayBeImage: true, Config: { } configuration }) return null;
        var content = await client.ReadVerifiedAsync(configuration, ImageDetailsReader.MaximumConfigSize, cancellationToken);
        // Whoever is given the bytes must read in them what the details show.
        content.CheckImageConfiguration();
        return content;
    }
}
