using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>Where a repository's layout may be: the URL's folder, and the sub-folder that the repository names.</summary>
/// <param name="BaseFolder">The URL's folder. No file outside of it is ever opened.</param>
/// <param name="SubFolder">The repository's folder below it.</param>
/// <param name="AllowedFolder">The folder of the settings that allows it.</param>
internal sealed record LayoutLocation(string BaseFolder, string SubFolder, string AllowedFolder)
{
    /// <summary>True where the URL names an archive: <see cref="BaseFolder"/> is its file.</summary>
    public bool IsArchive { get; init; }

    /// <summary>
    /// Takes the folders from a repository's URL and name. Looks at no disk: the answer for a folder that is not allowed must not tell whether it exists.
    /// </summary>
    /// <exception cref="RegistryException">The URL or the repository can't name a folder, or it is not allowed.</exception>
    public static LayoutLocation Parse(RepositoryReference repository, IReadOnlyList<string> allowedFolders)
    {
        var registry = repository.Registry;
        if (registry.Authority != "")
            throw Invalid(repository, $"'{registry.Authority}' is taken for a host", $"Write three slashes before the path: {registry.Scheme}:///images.");
        var folder = Uri.UnescapeDataString(registry.AbsolutePath);
        if (folder.Contains('\0', StringComparison.Ordinal)) throw Invalid(repository, "the folder has a NUL character", "Correct spec.url.");
        var baseFolder = Path.GetFullPath(folder);

        // No path traversal: a repository's name may only lead to a folder below.
        var parts = repository.Repository.Split('/');
        if (repository.Repository != "." && Array.Exists(parts, part => part is "" or "." or ".." || part.AsSpan().IndexOfAny('\\', '\0') >= 0))
        {
            throw Invalid(repository, $"'{repository.Repository}' is not the name of a folder below {baseFolder}",
                "Name a sub-folder, or '.' for the folder itself.");
        }

        var allowed = allowedFolders.FirstOrDefault(candidate => RealPath.IsWithin(baseFolder, candidate)) ?? throw NotAllowed(repository, baseFolder);
        return new LayoutLocation(baseFolder, Path.GetFullPath(Path.Combine(baseFolder, repository.Repository)), allowed)
        {
            IsArchive = LayoutSchemes.IsArchive(registry.Scheme),
        };
    }

    /// <summary>The folder is not, or not really, below one that the settings name.</summary>
    public static RegistryException NotAllowed(RepositoryReference repository, string folder) =>
        new(RegistryErrorKind.Denied, $"Resources may not name the {(LayoutSchemes.IsArchive(repository.Registry.Scheme) ? "archive" : "folder")} {folder}.")
        {
            Url = repository.Registry,
            Advice = $"Who runs the operator allows it, or a folder above it, by the setting Plugins:OciLayout:{LayoutOptions.Option.Key}, e.g. "
                + $"--set Plugins:OciLayout:{LayoutOptions.Option.Key}={Path.GetDirectoryName(folder) ?? folder}",
        };

    private static RegistryException Invalid(RepositoryReference repository, string problem, string advice) =>
        new(RegistryErrorKind.InvalidRequest, $"The OCI layout cannot be found: {problem}.") { Url = repository.Registry, Advice = advice };
}
