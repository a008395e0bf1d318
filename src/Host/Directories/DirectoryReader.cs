using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Resources;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Directories;

/// <summary>What a folder holds.</summary>
internal sealed record DirectoryContent(IReadOnlyList<RegistryResource> Registries, IReadOnlyList<CredentialSecret> Secrets, IReadOnlyList<YamlProblem> Problems);

/// <summary>
/// Reads the YAML files of a folder when one has changed. A file with a mistake in it keeps what it last said, so that saving half a
/// thought loses no status.
/// </summary>
internal sealed class DirectoryReader(string directory)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    private string? _lastListing;
    private IReadOnlyList<RegistryManifest> _registries = [];
    private IReadOnlyList<CredentialSecret> _secrets = [];

    /// <summary>What the folder holds now, or null where no file has changed since the last call.</summary>
    public DirectoryContent? Read()
    {
        var files = new DirectoryInfo(directory).EnumerateFiles()
            .Where(file => Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase) && file.Name[0] != '.')
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        var listing = string.Join('\n', files.Select(file => $"{file.Name} {file.LastWriteTimeUtc.Ticks} {file.Length}"));
        if (listing == _lastListing) return null;
        _lastListing = listing;

        var read = ManifestFiles.Read(files.Select(file => file.FullName), TextReader.Null);
        var broken = read.Problems.Select(problem => problem.File).ToHashSet(StringComparer.Ordinal);
        _registries = [.. read.Registries, .. _registries.Where(kept => broken.Contains(kept.Source.Document.File) && !read.Registries.Any(now => IsSame(now, kept)))];
        _secrets = broken.Count == 0 ? read.Secrets : [.. read.Secrets, .. _secrets.Where(kept => !read.Secrets.Any(now => now.Namespace == kept.Namespace && now.Name == kept.Name))];
        return new DirectoryContent([.. _registries.Select(manifest => manifest.Resource)], _secrets, read.Problems);
    }

    private static bool IsSame(RegistryManifest left, RegistryManifest right) => left.Resource.Metadata.Key == right.Resource.Metadata.Key;
}
