using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// The index of an archive, and its blobs under the names that a layout has: an OCI archive is a layout, what <c>docker save</c> has written becomes one.
/// </summary>
internal sealed class LayoutArchive
{
    /// <summary>Bytes of an index: it lists every tag, and so may be larger than a manifest.</summary>
    public const int MaximumIndexSize = 32 * 1024 * 1024;

    private const string Marker = "oci-layout";
    private const string IndexFile = "index.json";

    private readonly TarIndex _tar;
    private readonly Dictionary<string, ArchiveFile> _made = new(StringComparer.Ordinal);

    private LayoutArchive(TarIndex tar, ImageIndex index)
    {
        _tar = tar;
        Index = index;
    }

    /// <summary>The index.</summary>
    public ImageIndex Index { get; }

    /// <summary>Reads what is in the archive.</summary>
    /// <exception cref="ArchiveException">It is no archive of images.</exception>
    public static LayoutArchive Read(FileStream file, CancellationToken cancellationToken)
    {
        var tar = TarIndex.Read(file, cancellationToken);
        if (tar.Find(Marker) is not null && tar.Find(IndexFile) is not null)
            return new LayoutArchive(tar, Parse(tar.Content(file, IndexFile, MaximumIndexSize)));
        if (tar.Find(DockerArchive.ManifestFile) is null)
        {
            throw new ArchiveException(
                $"it holds neither an OCI layout ({IndexFile}) nor what 'docker save' writes ({DockerArchive.ManifestFile})");
        }

        var docker = new DockerArchive(tar, file, cancellationToken).Read();
        var archive = new LayoutArchive(tar, Parse(docker.Index));
        foreach (var (digest, blob) in docker.Blobs) archive._made[$"blobs/{digest.Algorithm}/{digest.Encoded}"] = blob;
        return archive;
    }

    /// <summary>A blob by its name in a layout; null for none.</summary>
    public ArchiveFile? Find(string[] path)
    {
        var name = string.Join('/', path);
        return _made.GetValueOrDefault(name) ?? _tar.Find(name);
    }

    private static ImageIndex Parse(byte[] content)
    {
        try
        {
            return OciDocument.ReadIndex(content);
        }
        catch (JsonException fault)
        {
            throw new ArchiveException($"the file '{IndexFile}' is not an image index", fault);
        }
    }
}
