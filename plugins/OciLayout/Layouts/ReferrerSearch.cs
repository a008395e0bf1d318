using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>
/// Finds the manifests whose <c>subject</c> is a given one, among those of <c>index.json</c> and of the indexes in it: some tools list a
/// referrer at the top, others in an index tagged by the subject's digest.
/// </summary>
internal sealed class ReferrerSearch(LayoutFolder layout, int maximumManifestSize, CancellationToken cancellationToken)
{
    // Reading a layout of a million manifests would take minutes for each image.
    private const int MaximumManifests = 10_000;
    private const int MaximumDepth = 4;

    private readonly HashSet<Digest> _seen = [];
    private readonly List<Descriptor> _referrers = [];

    /// <summary>The referrers, in the layout's order, with the artifact type and annotations that their manifests have.</summary>
    public IReadOnlyList<Descriptor> Find(Digest subject)
    {
        Search(layout.ReadIndex(), subject, depth: 0);
        return _referrers;
    }

    private void Search(ImageIndex index, Digest subject, int depth)
    {
        foreach (var entry in index.Manifests ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_seen.Add(entry.Digest)) continue;
            if (_seen.Count > MaximumManifests)
            {
                throw layout.Fault(RegistryErrorKind.TooLarge, $"The layout has more than {MaximumManifests} manifests to search for referrers.",
                    "Split the layout.");
            }

            // A layout copied for one platform lacks the others' manifests, and that is allowed.
            if (layout.FindBlobSize(entry.Digest) is not { } size) continue;
            Look(entry, size, subject, depth);
        }
    }

    private void Look(Descriptor entry, long size, Digest subject, int depth)
    {
        try
        {
            if (MediaTypes.IsIndex(entry.MediaType))
            {
                var index = OciDocument.ReadIndex(layout.ReadBlob(entry.Digest, maximumManifestSize).Span);
                if (index.Subject?.Digest == subject) Add(entry, size, index.ArtifactType, index.Annotations);
                if (depth < MaximumDepth) Search(index, subject, depth + 1);
            }
            else if (MediaTypes.IsManifest(entry.MediaType))
            {
                var content = layout.ReadBlob(entry.Digest, maximumManifestSize);
                var manifest = new Manifest { MediaType = entry.MediaType, Digest = entry.Digest, Content = content }.ReadImageManifest();
                // The Referrers API's rule: without an artifact type, the configuration's media type stands for it.
                if (manifest.Subject?.Digest == subject) Add(entry, size, manifest.ArtifactType ?? manifest.Config?.MediaType, manifest.Annotations);
            }
        }
        catch (JsonException exception)
        {
            throw layout.Fault(RegistryErrorKind.InvalidResponse, $"Blob {entry.Digest} is not the {entry.MediaType} that the index says.",
                "The layout is damaged: copy the image into it again.", exception);
        }
    }

    private void Add(Descriptor entry, long size, string? artifactType, IReadOnlyDictionary<string, string>? annotations) =>
        _referrers.Add(entry with { Size = size, Platform = null, ArtifactType = artifactType, Annotations = annotations });
}
