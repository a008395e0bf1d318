using Microsoft.Extensions.Configuration;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Files;

/// <summary>
/// Tells whether what runs in this process or is started by it can be changed by others, as ssh does with its files: every file and folder on the way
/// belongs to root or to the user of this process, and nobody else may write to it. Links are followed, each step checked.
/// </summary>
/// <param name="trusted">Files and folders that are not checked, nor what is below them.</param>
internal sealed class PathTrust(IReadOnlyList<string> trusted)
{
    /// <summary>The setting with the paths that are not checked.</summary>
    public const string Setting = "Security:TrustedPaths";

    // The limit of Linux, which then returns ELOOP.
    private const int MaximumLinks = 40;

    /// <summary>A plugin has some dozens of files.</summary>
    private const int MaximumEntries = 20_000;

    private const uint Root = 0;

    /// <summary>Checks everything.</summary>
    public static PathTrust Strict { get; } = new([]);

    /// <summary>Reads the setting: one path, or a list of them.</summary>
    public static PathTrust Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        return new PathTrust([.. section.GetChildren().Select(child => child.Value).Prepend(section.Value)
            .Where(path => !string.IsNullOrEmpty(path)).Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path!)))]);
    }

    /// <summary>Why a file or folder is not to be used, in a sentence; null for nothing.</summary>
    public string? ProblemOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        path = Path.GetFullPath(path);
        if (IsTrusted(path)) return null;
        try
        {
            return Walk(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"It can't be checked who may write to {path}: {failure.Message}";
        }
    }

    /// <summary>The same of a folder and all that is in it.</summary>
    public string? ProblemOfAll(string folder)
    {
        if (!OperatingSystem.IsLinux() || IsTrusted(Path.GetFullPath(folder))) return null;
        if (ProblemOf(folder) is { } problem) return problem;
        var count = 0;
        try
        {
            var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", everything))
            {
                if (++count > MaximumEntries) return $"{folder} has more than {MaximumEntries} files, too many to check who may write to them.";
                if (UnixFiles.Look(path) is not { } entry) continue;
                if ((entry.Kind is FileKind.Link ? ProblemOf(path) : Judge(path, entry, isOnTheWay: false)) is { } inside) return inside;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"It can't be checked who may write to {folder}: {failure.Message}";
        }

        return null;
    }

    private string? Walk(string path)
    {
        var resolved = "/";
        var remaining = new Stack<string>(Parts(path).Reverse());
        for (var links = 0; remaining.TryPop(out var part);)
        {
            if (part == ".") continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (UnixFiles.Look(next) is not { } entry) return null;
            if (Judge(next, entry, isOnTheWay: remaining.Count > 0) is { } problem) return problem;
            if (entry.Kind is not FileKind.Link)
            {
                resolved = next;
                continue;
            }

            if (++links > MaximumLinks) return $"{path} leads through more than {MaximumLinks} links.";
            var target = new FileInfo(next).LinkTarget ?? "";
            if (Path.IsPathRooted(target)) resolved = "/";
            foreach (var step in Parts(target).Reverse()) remaining.Push(step);
            if (IsTrusted(Path.Combine(resolved, Path.Combine([.. Parts(target)])))) return null;
        }

        return null;
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string? Judge(string path, FileEntry entry, bool isOnTheWay)
    {
        var user = UnixFiles.User;
        if (entry.Owner != Root && entry.Owner != user)
        {
            return $"{path} belongs to user {entry.Owner} (mode {entry.Octal}), who is neither root nor the user of this process ({user}) and could "
                + $"write to it: what runs from there would be that user's. Change its owner, or name it in {Setting} where that user is trusted.";
        }

        // A link has no rights of its own.
        if (entry.Kind is FileKind.Link) return null;
        var isWritable = entry.Mode.HasFlag(UnixFileMode.OtherWrite) || (entry.Mode.HasFlag(UnixFileMode.GroupWrite) && !IsOwnGroup(entry.Group));
        // In a sticky folder, such as /tmp, nobody removes or renames what is another's, and each entry's owner is looked at.
        if (!isWritable || (isOnTheWay && entry.Mode.HasFlag(UnixFileMode.StickyBit))) return null;
        return $"{path} can be written by other users (mode {entry.Octal}), who could so change what runs as this process. "
            + $"Run 'chmod go-w {path}', or name it in {Setting} where these users are trusted.";
    }

    /// <summary>The private group that many systems give each user, of the same number; that of root may have others in it.</summary>
    private static bool IsOwnGroup(uint? group) => group != Root && group == UnixFiles.Group && group == UnixFiles.User;

    private bool IsTrusted(string path) => trusted.Any(one =>
        path == one || path.StartsWith(one == "/" ? one : one + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
