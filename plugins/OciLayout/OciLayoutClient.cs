using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Archives;
using RegistryOperator.Plugins.OciLayout.Layouts;

namespace RegistryOperator.Plugins.OciLayout;

/// <summary>Reads one layout, or one archive.</summary>
internal sealed class OciLayoutClient(RepositoryReference repository, LayoutLocation location) : IRegistryClient
{
    private const int MaximumManifestSize = 4 * 1024 * 1024;

    /// <summary>Manifests without a tag that are looked at.</summary>
    private const int MaximumUnnamed = 1000;

    private readonly IndexSnapshot _index = new();
    private readonly KnownArchive _archive = new();

    /// <inheritdoc/>
    public RepositoryReference Repository => repository;

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await RunAsync(layout => NamesOf(layout, cancellationToken), cancellationToken);
        foreach (var name in names.Distinct(StringComparer.Ordinal)) yield return name;
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

    // An archive may hold images of several repositories, under the same tags: those of the one that is asked for, where there are any.
    private IReadOnlyList<Descriptor> EntriesOf(LayoutFolder layout)
    {
        var all = layout.ReadIndex().Manifests ?? [];
        Descriptor[] own = [.. all.Where(entry => ReferenceName.IsOf(entry, repository.Repository))];
        return own.Length > 0 ? own : all;
    }

    // Those with a tag by it, in their order, then the images that have none by their digests.
    private List<string> NamesOf(LayoutFolder layout, CancellationToken cancellationToken)
    {
        var entries = EntriesOf(layout);
        var named = entries.Where(entry => ReferenceName.FindTag(entry) is not null).ToList();
        var known = named.Select(entry => entry.Digest).ToHashSet();
        var others = entries.Where(entry => known.Add(entry.Digest)).Take(MaximumUnnamed);
        return
        [
            .. named.Select(entry => ReferenceName.FindTag(entry)!),
            .. others.Where(entry => IsOwn(layout, entry, cancellationToken)).Select(ReferenceName.OfDigest),
        ];
    }

    // False for what is attached to an image, and lies beside it in the index.
    private static bool IsOwn(LayoutFolder layout, Descriptor entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!MediaTypes.IsIndex(entry.MediaType) && !MediaTypes.IsManifest(entry.MediaType)) return false;
        if (!string.IsNullOrEmpty(entry.ArtifactType) && !MediaTypes.IsImageConfig(entry.ArtifactType)) return false;
        if (entry.Platform is { IsUnknown: true } || entry.Annotations?.ContainsKey(AnnotationKeys.DockerReferenceType) == true) return false;
        try
        {
            var content = layout.ReadBlob(entry.Digest, MaximumManifestSize);
            var manifest = new Manifest { MediaType = entry.MediaType, Digest = entry.Digest, Content = content };
            return (MediaTypes.IsIndex(entry.MediaType) ? manifest.ReadIndex().Subject : manifest.ReadImageManifest().Subject) is null;
        }
        catch (Exception exception) when (exception is JsonException or RegistryException)
        {
            // Whoever reads it is told why it can't be read.
            return true;
        }
    }

    private Descriptor Resolve(LayoutFolder layout, string reference)
    {
        var found = Find(layout, reference);
        // An entry of the index has all that a registry's answer has; a bare digest says neither type nor size.
        return found.MediaType != "" && layout.FindBlobSize(found.Digest) == found.Size ? found : ReadManifest(layout, found).ToDescriptor();
    }

    // Of several entries with one tag the last is meant: tools add at the end.
    private Descriptor Find(LayoutFolder layout, string reference)
    {
        if (Digest.TryParse(reference, out var digest))
            return (layout.ReadIndex().Manifests ?? []).LastOrDefault(entry => entry.Digest == digest) ?? new Descriptor { Digest = digest };
        var entries = EntriesOf(layout);
        return entries.LastOrDefault(entry => ReferenceName.FindTag(entry) == reference)
            ?? entries.LastOrDefault(entry => ReferenceName.FindTag(entry) is null && ReferenceName.OfDigest(entry) == reference)
            ?? throw layout.Fault(RegistryErrorKind.NotFound, $"The layout has no tag '{reference}'.",
                "Its tags are the org.opencontainers.image.ref.name annotations in index.json; what has none is named by its digest.");
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
        Task.Run(
            () => read(location.IsArchive
                ? LayoutFolder.OpenArchive(location, repository, _archive, cancellationToken)
                : LayoutFolder.Open(location, repository, _index)),
            cancellationToken);
}
