namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>Follows symbolic links, those of folders on the way included, to the file or folder they name.</summary>
internal static class RealPath
{
    // The limit of Linux, which then returns ELOOP.
    private const int MaximumLinks = 40;

    /// <summary>The path without links. A part that does not exist is kept as it is.</summary>
    /// <exception cref="IOException">The links go in circles.</exception>
    public static string Resolve(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var resolved = root;
        var remaining = new Stack<string>(Path.GetRelativePath(root, Path.GetFullPath(path)).Split(Path.DirectorySeparatorChar).Reverse());
        for (var links = 0; remaining.TryPop(out var part);)
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaximumLinks) throw new IOException($"{path} leads through more than {MaximumLinks} symbolic links.");
            if (Path.IsPathRooted(target)) resolved = root;
            foreach (var step in target.Split(Path.DirectorySeparatorChar).Reverse()) remaining.Push(step);
        }

        return resolved;
    }

    /// <summary>True where <paramref name="path"/> is <paramref name="folder"/> or below it; both without links.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || folder == Path.GetPathRoot(folder)
        || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
