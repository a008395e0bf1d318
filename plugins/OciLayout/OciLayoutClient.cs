using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Layouts;

namespace RegistryOperator.Plugins.OciLayout;

/// <summary>Reads one layout.</summary>
internal sealed class OciLayoutClient(RepositoryReference repository, LayoutLocation location) : IRegistryClient
{
    private const int MaximumManifestSize = 4 * 1024 * 1024;

    private readonly IndexSnapshot _index = new();

    /// <inheritdoc/>
    public RepositoryReference Repository => repository;

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = await RunAsync(layout => layout.ReadIndex(), cancellationToken);
        foreach (var tag in (index.Manifests ?? []).Select(ReferenceName.FindTag).OfType<string>().Distinct(StringComparer.Ordinal)) yield return tag;
    }

    /// <inheritdoc/>
    public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        RunAsync(layout => Resolve(layout, reference), cancellationToken);

    /// <inheritdoc/>
    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) =>
        RunAsync(layout => ReadManifest(layout, Find(layout, reference)), cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return RunAsync(
            layout =>
            {
                if (blob.Size > maximumSize)
                {
                    throw layout.Fault(RegistryErrorKind.TooLarge, $"Blob {blob.Digest} has {blob.Size} bytes, more than the {maximumSize} allowed.",
                        "Raise the limit where the content is trusted.");
                }

                var content = layout.ReadBlob(blob.Digest, maximumSize);
                return blob.Size <= 0 || content.Length == blob.Size ? content : throw layout.Mismatch(blob.Digest);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return RunAsync(layout => layout.OpenBlob(blob), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var referrers = await RunAsync(layout => new ReferrerSearch(layout, MaximumManifestSize, cancellationToken).Find(subject), cancellationToken);
        foreach (var referrer in referrers.Where(referrer => artifactType is null || referrer.ArtifactType == artifactType)) yield return referrer;
    }

    private static Descriptor Resolve(LayoutFolder layout, string reference)
    {
        var found = Find(layout, reference);
        // An entry of the index has all that a registry's answer has; a bare digest says neither type nor size.
        return found.MediaType != "" && layout.FindBlobSize(found.Digest) == found.Size ? found : ReadManifest(layout, found).ToDescriptor();
    }

    // Of several entries with one tag the last is meant: tools add at the end.
    private static Descriptor Find(LayoutFolder layout, string reference)
    {
        var entries = layout.ReadIndex().Manifests ?? [];
        if (Digest.TryParse(reference, out var digest)) return entries.LastOrDefault(entry => entry.Digest == digest) ?? new Descriptor { Digest = digest };
        return entries.LastOrDefault(entry => ReferenceName.FindTag(entry) == reference)
            ?? throw layout.Fault(RegistryErrorKind.NotFound, $"The layout has no tag '{reference}'.",
                "Its tags are the org.opencontainers.image.ref.name annotations in index.json.");
    }

    private static Manifest ReadManifest(LayoutFolder layout, Descriptor descriptor)
    {
        var content = layout.ReadBlob(descriptor.Digest, MaximumManifestSize);
        return new Manifest { MediaType = MediaTypeOf(layout, descriptor, content), Digest = descriptor.Digest, Content = content };
    }

    private static string MediaTypeOf(LayoutFolder layout, Descriptor descriptor, ReadOnlyMemory<byte> content)
    {
        try
        {
            return ManifestMediaType.Find(content.Span)
                ?? (descriptor.MediaType != "" ? descriptor.MediaType : null)
                ?? throw layout.Fault(RegistryErrorKind.InvalidResponse, $"Blob {descriptor.Digest} is neither a manifest nor an index.",
                    "Name the digest of a manifest.");
        }
        catch (JsonException exception)
        {
            throw layout.Fault(RegistryErrorKind.InvalidResponse, $"Blob {descriptor.Digest} is not JSON, as a manifest would be.",
                "Name the digest of a manifest.", exception);
        }
    }

    // Reads of a file are short but may block, on a network volume for long: they run on a pool thread, not on the caller's.
    private Task<T> RunAsync<T>(Func<LayoutFolder, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => read(LayoutFolder.Open(location, repository, _index)), cancellationToken);
}
