using System.Buffers.Binary;
using System.Formats.Tar;

namespace RegistryOperator.Plugins.OciLayout.Archives;

/// <summary>
/// Where the files of a tar archive are in it. Nothing is extracted: names are keys and no paths of this machine, and links lead to other names of the
/// archive alone.
/// </summary>
internal sealed class TarIndex
{
    /// <summary>Files and links of an archive; one of a thousand images has some ten thousand.</summary>
    public const int MaximumEntries = 50_000;

    private const int MaximumLinks = 10;
    private const int LongestName = 1024;

    private readonly Dictionary<string, ArchiveFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <summary>Reads the headers of an archive.</summary>
    /// <exception cref="ArchiveException">It is no tar archive, a damaged one, or has too much in it.</exception>
    public static TarIndex Read(FileStream archive, CancellationToken cancellationToken)
    {
        var index = new TarIndex();
        string? last = null;
        if (IsGzip(archive)) throw new ArchiveException("it is compressed; decompress it first, e.g. with gunzip");
        try
        {
            using var reader = new TarReader(new TarHeaderStream(archive), leaveOpen: true);
            for (var count = 0; reader.GetNextEntry(copyData: false) is { } entry; count++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (count == MaximumEntries) throw new ArchiveException($"it has more than {MaximumEntries} files");
                last = entry.Name;
                index.Add(entry, archive.Length);
            }
        }
        catch (Exception exception) when (
            exception is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new ArchiveException(
                last is null ? "it is no tar archive, or a damaged one" : $"it is damaged after the file '{Shown(last)}'", exception);
        }

        return index._files.Count > 0 ? index : throw new ArchiveException("it is no tar archive, or an empty one");
    }

    /// <summary>A file, links followed; null for none.</summary>
    public ArchiveFile? Find(string name)
    {
        var key = Normalize(name);
        for (var links = 0; key is not null && links <= MaximumLinks; links++)
        {
            if (_files.TryGetValue(key, out var file)) return file;
            key = _links.GetValueOrDefault(key);
        }

        return null;
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="ArchiveException">There is none, or a larger one.</exception>
    public byte[] Content(FileStream archive, string name, int largest)
    {
        var found = Find(name) ?? throw new ArchiveException($"the file '{Shown(name)}' is missing in it");
        if (found.Length > largest) throw new ArchiveException($"the file '{Shown(name)}' has {found.Length} bytes, more than the {largest} allowed");
        var content = new byte[found.Length];
        archive.Position = found.Offset;
        archive.ReadExactly(content);
        return content;
    }

    /// <summary>A name, cut for a message.</summary>
    public static string Shown(string name) => name.Length > 80 ? name[..80] + "…" : name;

    // Of several entries with one name the last counts, as where they are extracted.
    private void Add(TarEntry entry, long size)
    {
        if (entry.Name.Length > LongestName || Normalize(entry.Name) is not { } name) return;
        _files.Remove(name);
        _links.Remove(name);
        switch (entry.EntryType)
        {
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                if (entry.Length > size - entry.DataOffset)
                    throw new ArchiveException($"it is cut short: of the file '{Shown(name)}' not all {entry.Length} bytes are in it");
                _files[name] = new ArchiveFile(entry.DataOffset, entry.Length) { Name = name };
                break;
            case TarEntryType.HardLink when Normalize(entry.LinkName) is { } target:
                _links[name] = target;
                break;
            case TarEntryType.SymbolicLink when !entry.LinkName.StartsWith('/') && Normalize(ParentOf(name) + entry.LinkName) is { } target:
                _links[name] = target;
                break;
        }
    }

    private static string ParentOf(string name) => name[..(name.LastIndexOf('/') + 1)];

    // 'a/../b' without its steps; null where these lead out of the archive, or nowhere.
    private static string? Normalize(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }

        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    private static bool IsGzip(FileStream archive)
    {
        Span<byte> magic = stackalloc byte[2];
        var read = archive.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        archive.Position = 0;
        return read == magic.Length && BinaryPrimitives.ReadUInt16BigEndian(magic) == 0x1F8B;
    }
}
