using System.Text;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli;

/// <summary>Reads files that the command line names, within a limit: a wrong name may be that of a device or of a disk's image.</summary>
internal static class GivenFile
{
    /// <summary>The whole content.</summary>
    /// <param name="option">How the command line calls it, for errors.</param>
    /// <param name="path">Its path.</param>
    /// <param name="largest">The most bytes that it may have.</param>
    /// <exception cref="InputException">It is missing, can't be read, or is too large.</exception>
    public static byte[] Read(string option, string path, int largest)
    {
        using var file = Open(option, path);
        var content = new MemoryStream();
        var buffer = new byte[81920];
        try
        {
            // Of a device or a pipe, the length is known when it has been read.
            while (file.Read(buffer) is var read and > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > largest)
                    throw new InputException($"{option} {path}: the file is too large; at most {ByteSize.Format(largest)} are read.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(option, path, failure);
        }

        return content.ToArray();
    }

    /// <summary>The whole content of a file of text.</summary>
    /// <inheritdoc cref="Read"/>
    public static string ReadText(string option, string path, int largest) => Encoding.UTF8.GetString(Read(option, path, largest));

    /// <summary>Opens a file of any size.</summary>
    /// <exception cref="InputException">It is missing or can't be opened.</exception>
    public static FileStream Open(string option, string path)
    {
        Check(option, path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(option, path, failure);
        }
    }

    /// <summary>The path of what is no folder.</summary>
    /// <exception cref="InputException">It is one, or no path.</exception>
    public static string Check(string option, string path)
    {
        if (path.Length == 0) throw new InputException($"{option}: the name of the file is empty.");
        return Directory.Exists(path) ? throw new InputException($"{option} {path}: it is a folder; name a file.") : path;
    }

    /// <summary>The path of what is there and is no folder. It is not opened: a pipe is read once.</summary>
    /// <exception cref="InputException">It is missing, a folder, or no path.</exception>
    public static string CheckExists(string option, string path) =>
        File.Exists(Check(option, path)) ? path : throw new InputException($"{option} {path}: no such file.");

    /// <summary>Why an opened file can't be used.</summary>
    public static InputException Unreadable(string option, string path, Exception failure) => new(
        failure is FileNotFoundException or DirectoryNotFoundException
            ? $"{option} {path}: no such file."
            : $"{option} {path}: the file can't be read: {failure.Message}",
        failure);
}
