using System.Security.Cryptography;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>A file as it was found: its bytes, or why it can't be read.</summary>
internal sealed record DirectoryFile(string Path, byte[] Content, string? Problem);

/// <summary>The YAML and JSON files of a folder at one moment.</summary>
/// <param name="Files">By name.</param>
/// <param name="Identity">Equal for equal names and content. Times and sizes don't suffice: a link has its own, and
/// a copy may have those of what it replaces.</param>
internal sealed record DirectoryFiles(IReadOnlyList<DirectoryFile> Files, string Identity)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads the folder. A file that goes meanwhile is not among them; one that can't be read is, with its problem.</summary>
    /// <exception cref="IOException">The folder can't be listed, e.g. is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed.</exception>
    public static DirectoryFiles Read(string directory)
    {
        // Hidden files are those of editors (swap files), and of a mounted ConfigMap's versions, which visible links lead to.
        var paths = Directory.EnumerateFileSystemEntries(directory)
            .Where(path => Path.GetFileName(path)[0] != '.' && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).ToList();
        var files = paths.Select(ReadFile).OfType<DirectoryFile>().ToList();
        return new DirectoryFiles(files, string.Join('\0', files.Select(Describe)));
    }

    private static string Describe(DirectoryFile file) => $"{file.Path}\0{file.Problem ?? Convert.ToHexString(SHA256.HashData(file.Content))}";

    /// <summary>The file; null where it has gone.</summary>
    private static DirectoryFile? ReadFile(string path)
    {
        try
        {
            if (Directory.Exists(path)) return Unreadable(path, "is a folder; only files are read");
            var file = new FileInfo(path);
            var target = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            // Also keeps pipes, whose length is 0 too, from being opened: that would wait for a writer.
            if (target.Length == 0) return new DirectoryFile(path, [], Problem: null);
            // The file itself, not the path: what is there now may be a pipe.
            if (UnixFiles.OpenToRead(target.FullName) is not { } stream) return Unreadable(path, "is no file");
            return ReadBytes(stream) is { } content
                ? new DirectoryFile(path, content, Problem: null)
                : Unreadable(path, $"has more than {YamlLimits.FileLength / (1024 * 1024)} MiB; split the file");
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileInfo(path).LinkTarget is { } target ? Unreadable(path, $"is a link to {target}, which does not exist") : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, "can't be read: " + exception.Message);
        }
    }

    /// <summary>The bytes; null where there are more than the limit: counted as they come, for a file may grow while it is read.</summary>
    private static byte[]? ReadBytes(FileStream file)
    {
        using var stream = file;
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (stream.Read(buffer) is var count and > 0)
        {
            if (content.Length + count > YamlLimits.FileLength) return null;
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    private static DirectoryFile Unreadable(string path, string problem) => new(path, [], problem);
}
