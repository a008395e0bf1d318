using System.Text;

namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// The files of an archive under the names that a layout has: those of an OCI archive are a layout, those that <c>docker save</c> has written become one.
/// </summary>
internal sealed class LayoutArchive
{
    private const string Marker = "oci-layout";
    private const string Index = "index.json";

    private readonly TarIndex _tar;
    private readonly Dictionary<string, ArchiveFile> _made = new(StringComparer.Ordinal);

    private LayoutArchive(TarIndex tar) => _tar = tar;

    /// <summary>Reads what is in the archive.</summary>
    /// <exception cref="ArchiveException">It is no archive of images.</exception>
    public static LayoutArchive Read(FileStream file, CancellationToken cancellationToken)
    {
        var tar = TarIndex.Read(file, cancellationToken);
        var archive = new LayoutArchive(tar);
        if (tar.Find(Marker) is not null && tar.Find(Index) is not null) return archive;
        if (tar.Find(DockerArchive.ManifestFile) is null)
        {
            throw new ArchiveException(
                $"it holds neither an OCI layout ({Index}) nor what 'docker save' writes ({DockerArchive.ManifestFile})");
        }

        var docker = new DockerArchive(tar, file, cancellationToken).Read();
        foreach (var (digest, blob) in docker.Blobs) archive._made[$"blobs/{digest.Algorithm}/{digest.Encoded}"] = blob;
        archive._made[Index] = ArchiveFile.Of(docker.Index);
        archive._made[Marker] = ArchiveFile.Of(Encoding.UTF8.GetBytes("""{"imageLayoutVersion":"1.0.0"}"""));
        return archive;
    }

    /// <summary>A file by its name in a layout; null for none.</summary>
    public ArchiveFile? Find(string[] path)
    {
        var name = string.Join('/', path);
        return _made.GetValueOrDefault(name) ?? _tar.Find(name);
    }
}
