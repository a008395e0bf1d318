namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>Finds plugins: the sub-folders of the plugin directories. Looks at names only.</summary>
internal static class PluginLocator
{
    private const string DependenciesSuffix = ".deps.json";

    // Created by ext4 at the root of a volume, which may be mounted as a plugin directory.
    private const string FileSystemRecoveryFolder = "lost+found";

    /// <summary>
    /// All plugin folders, in the order in which later ones win: directories as configured, the folders of each by ordinal name.
    /// A directory named twice is searched once.
    /// </summary>
    public static (IReadOnlyList<PluginFolder> Folders, IReadOnlyList<PluginFailure> Failures) Locate(IEnumerable<PluginDirectory> directories)
    {
        List<PluginFolder> folders = [];
        List<PluginFailure> failures = [];
        foreach (var directory in directories.Select(Normalize).DistinctBy(directory => directory.Path))
        {
            foreach (var folder in ListFolders(directory, failures))
            {
                try
                {
                    folders.Add(new PluginFolder(Path.GetFileName(folder), folder, FindEntryAssembly(folder)));
                }
                catch (Exception exception) when (exception is PluginException or IOException or UnauthorizedAccessException)
                {
                    failures.Add(new PluginFailure(folder, PluginFault.Describe(exception)));
                }
            }
        }

        return (folders, failures);
    }

    private static PluginDirectory Normalize(PluginDirectory directory) =>
        directory with { Path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory.Path)) };

    private static string[] ListFolders(PluginDirectory directory, List<PluginFailure> failures)
    {
        try
        {
            // Names with a dot in front are version control, editors and the hidden links of a mounted ConfigMap.
            var folders = Array.FindAll(
                Directory.GetDirectories(directory.Path),
                folder => Path.GetFileName(folder) is not (['.', ..] or FileSystemRecoveryFolder));
            Array.Sort(folders, StringComparer.Ordinal);
            return folders;
        }
        catch (DirectoryNotFoundException)
        {
            if (directory.IsRequired)
                failures.Add(new PluginFailure(directory.Path, "The plugin directory does not exist: create it, or correct the path in the settings."));
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failures.Add(new PluginFailure(directory.Path, $"The plugin directory cannot be read: {PluginFault.Describe(exception)}"));
            return [];
        }
    }

    private static string FindEntryAssembly(string folder)
    {
        var name = Path.GetFileName(folder);
        var candidates = Directory.GetFiles(folder, "*" + DependenciesSuffix)
            .Select(file => Path.GetFileName(file)[..^DependenciesSuffix.Length])
            .Order(StringComparer.Ordinal).ToList();
        if (candidates.Count == 0)
        {
            throw new PluginException(
                "It has no .deps.json file, without which its dependencies cannot be found: copy the whole output of 'dotnet publish' into the folder.");
        }

        var named = candidates.Count == 1 ? candidates : candidates.FindAll(candidate => IsNamedAs(candidate, name));
        if (named.Count != 1)
        {
            throw new PluginException($"It has several .deps.json files ({string.Join(", ", candidates)}), and not exactly one is named as the folder: " +
                $"keep one, or name the folder as the plugin's assembly.");
        }

        var assembly = Path.Combine(folder, named[0] + ".dll");
        return File.Exists(assembly)
            ? assembly
            : throw new PluginException(
                $"It has {named[0]}{DependenciesSuffix} but no {named[0]}.dll: copy the whole output of 'dotnet publish' into the folder.");
    }

    private static bool IsNamedAs(string assembly, string folder) =>
        assembly.Equals(folder, StringComparison.OrdinalIgnoreCase) || assembly.EndsWith("." + folder, StringComparison.OrdinalIgnoreCase);
}
