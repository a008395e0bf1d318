namespace RegistryOperator.Host.Tools;

/// <summary>Files that contain an image's content, or a secret.</summary>
internal static class PrivateFile
{
    /// <summary>Read and written by the owner alone (0600).</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file that its owner alone may read and write (mode 0600).
    /// One that is there already is refused: it may have other rights, or be a link.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }
}
