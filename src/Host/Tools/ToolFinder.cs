namespace RegistryOperator.Host.Tools;

/// <summary>Finds a tool's executable.</summary>
internal static class ToolFinder
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The full path: the one configured, else the first on the search path, else that in the plugin's folder; null where it is nowhere.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="configured">The path that the user has set; null or empty for none.</param>
    /// <param name="searchPath">The variable <c>PATH</c>.</param>
    /// <param name="pluginFolder">The plugin's folder.</param>
    public static string? Find(string name, string? configured, string? searchPath, string pluginFolder)
    {
        Check(name);
        // A wrong configured path is an error to report, not to hide by using another version of the tool.
        if (!string.IsNullOrEmpty(configured)) return IsExecutable(configured) ? Path.GetFullPath(configured) : null;
        return FindAll(name, searchPath, pluginFolder).FirstOrDefault();
    }

    /// <summary>All on the search path and in a folder, in that order.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="searchPath">The variable <c>PATH</c>.</param>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> FindAll(string name, string? searchPath, string folder)
    {
        Check(name);
        return SearchFolders(searchPath, folder).Select(one => Path.Combine(one, FileName(name))).Where(IsExecutable);
    }

    private static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Path.GetFileName(name) != name) throw new ArgumentException($"'{name}' is not a file name: give a path as the configured one.", nameof(name));
    }

    // Relative entries of PATH, and empty ones, mean the current folder, whose content anybody may have put there.
    private static IEnumerable<string> SearchFolders(string? searchPath, string last) =>
        [.. (searchPath ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified), Path.GetFullPath(last)];

    private static string FileName(string name) => OperatingSystem.IsWindows() && !Path.HasExtension(name) ? name + ".exe" : name;

    private static bool IsExecutable(string path)
    {
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Removed in between, or not accessible: counts as missing.
            return false;
        }
    }
}
