using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Layouts;

/// <summary>
/// Writes images as an OCI image layout folder
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md"/>).
/// </summary>
public static class OciLayoutWriter
{
    private static readonly byte[] Marker = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    /// <summary>Writes a layout: <c>oci-layout</c>, <c>index.json</c> with the tags, and the blobs of every manifest.</summary>
    /// <param name="folder">Made where it does not exist; an index in it is replaced.</param>
    /// <param name="manifests">The manifests and their tags.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(string folder, IEnumerable<TaggedManifest> manifests, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var entries = new List<Descriptor>();
        foreach (var (tag, manifest) in manifests)
        {
            await WriteManifestAsync(folder, manifest, cancellationToken);
            var descriptor = manifest.Descriptor;
            var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in descriptor.Annotations ?? new Dictionary<string, string>()) annotations[name] = value;
            annotations[AnnotationKeys.RefName] = tag;
            entries.Add(descriptor with { Annotations = annotations });
        }

        var index = OciWriter.WriteIndex(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = entries });
        await File.WriteAllBytesAsync(Path.Combine(folder, "index.json"), index, cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "oci-layout"), Marker, cancellationToken);
    }

    private static async Task WriteManifestAsync(string folder, TestManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var child in manifest.Manifests) await WriteManifestAsync(folder, child, cancellationToken);
        foreach (var blob in manifest.Blobs) await WriteBlobAsync(folder, blob.Digest, blob.Content, cancellationToken);
        await WriteBlobAsync(folder, manifest.Digest, manifest.Content, cancellationToken);
    }

    private static async Task WriteBlobAsync(string folder, Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "blobs", digest.Algorithm, digest.Encoded);
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, cancellationToken);
    }
}
