namespace RegistryOperator.Plugins.Shared;

/// <summary>Detects that an executable was replaced without starting it: by path, time and size.</summary>
internal readonly record struct ExecutableStamp(string Path, DateTime Written, long Size)
{
    /// <summary>That of the file at a path now.</summary>
    public static ExecutableStamp Of(string path)
    {
        // Package managers install symbolic links: the file behind the link counts.
        var file = new FileInfo(path);
        try
        {
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new ExecutableStamp(target.FullName, target.LastWriteTimeUtc, target.Length);
        }
        catch (IOException)
        {
            // Missing or replaced meanwhile: this stamp equals that of no file that exists.
            return new ExecutableStamp(path, default, Size: 0);
        }
    }
}
