using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Files;

/// <summary>Files that contain an image's content, a result or a secret: their owner alone may read and write them (mode 0600).</summary>
internal static class PrivateFile
{
    /// <summary>Read and written by the owner alone.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string TemporaryExtension = ".new";

    /// <summary>Makes a file. One that is there already is refused: it may have other rights, or be a link.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }

    /// <summary>Opens a file alone, for as long as it is open; makes it where there is none.</summary>
    /// <exception cref="IOException">Another process has it open, or something else than a file is there.</exception>
    public static FileStream OpenAlone(string path)
    {
        if (UnixFiles.Look(path) is { Kind: not FileKind.File }) throw new IOException($"{path} is no file, but a link, a folder or a device: remove it.");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }

    /// <summary>
    /// Replaces a file, or makes it, at once or not at all: written under a name that nobody can foresee, and moved into place, which replaces a link
    /// rather than following it.
    /// </summary>
    public static async Task ReplaceAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}{TemporaryExtension}");
        try
        {
            await using (var stream = Create(temporary))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what a killed process left of <see cref="ReplaceAsync"/> in a folder.</summary>
    public static void RemoveLeft(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, ".*" + TemporaryExtension)) File.Delete(path);
    }
}
