using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Files;

/// <summary>Folders that are their owner's alone (mode 0700).</summary>
internal static class PrivateFolder
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder, or takes rights of others from one that is there.</summary>
    /// <exception cref="IOException">It is a link or no folder, or another user's.</exception>
    public static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (Problem(path) is { } problem) throw new IOException(problem);
        Directory.CreateDirectory(path, OwnerOnly);
        // Once more: what is there now may have been put there meanwhile.
        if (Problem(path) is { } late) throw new IOException(late);
        if (UnixFiles.Look(path) is { } entry && entry.Owner == UnixFiles.User && (entry.Mode & OfOthers) != UnixFileMode.None) Restrict(path, OwnerOnly);
    }

    /// <summary>Takes rights of others away, where the file system has such rights: some mounts have not.</summary>
    public static void Restrict(string path, UnixFileMode mode)
    {
        try
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }

    /// <summary>Why nothing may be kept in the folder; null where it may, also where it is missing.</summary>
    public static string? Problem(string path) => UnixFiles.Look(path) switch
    {
        null => null,
        { Kind: FileKind.Link } => $"{path} is a link, which is not followed: what is kept would lie elsewhere. Replace it by a folder.",
        { Kind: not FileKind.Folder } => $"{path} is no folder: remove it.",
        { Owner: { } owner } entry when owner != UnixFiles.User && owner != 0 =>
            $"{path} belongs to another user (id {owner}, mode {entry.Octal}), who could read and replace what is kept in it: remove it, or change its owner.",
        _ => null,
    };
}
