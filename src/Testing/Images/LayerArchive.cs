using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>A file of a layer.</summary>
/// <param name="Path">Its path, without a leading slash, e.g. <c>etc/os-release</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">Its permissions.</param>
public sealed record LayerFile(string Path, ReadOnlyMemory<byte> Content, UnixFileMode Mode = LayerFile.DefaultMode)
{
    /// <summary>0644.</summary>
    public const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A text file, in UTF-8.</summary>
    public LayerFile(string path, string content)
        : this(path, Encoding.UTF8.GetBytes(content))
    {
    }
}

/// <summary>A layer: the compressed blob and the digest of what is inside, which the configuration lists.</summary>
/// <param name="Content">The gzip-compressed tar archive.</param>
/// <param name="DiffId">The digest of the archive before compression.</param>
internal sealed record LayerArchive(ReadOnlyMemory<byte> Content, Digest DiffId)
{
    private const UnixFileMode FolderMode = LayerFile.DefaultMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Packs files. The same files give the same bytes: every entry has the same time and owner.</summary>
    public static LayerArchive Pack(IEnumerable<LayerFile> files)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var folders = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                WriteFolders(tar, file.Path, folders);
                using var content = new MemoryStream(file.Content.ToArray());
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file.Path)
                {
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = file.Mode,
                    DataStream = content,
                });
            }
        }

        var bytes = archive.GetBuffer().AsSpan(0, (int)archive.Length);
        return new LayerArchive(Compress(bytes), Digest.Compute(bytes));
    }

    private static void WriteFolders(TarWriter tar, string path, HashSet<string> written)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..(slash + 1)];
            if (!written.Add(folder)) continue;
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder) { ModificationTime = DateTimeOffset.UnixEpoch, Mode = FolderMode });
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return compressed.ToArray();
    }
}
