using System.Text.Json;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>
/// Keeps resources with their statuses as files, <c>DIR/.status/NAMESPACE.NAME.json</c>, in the form of <c>kubectl get -o json</c>. Each is
/// replaced atomically, by a rename.
/// </summary>
internal sealed class DirectoryStatusFiles(string directory)
{
    public const string FolderName = ".status";

    private const string Extension = ".json";

    private readonly string _folder = Path.Combine(directory, FolderName);

    /// <summary>The stored resource; null where there is none, or the file is not valid: the resource is then scanned again.</summary>
    /// <exception cref="IOException">It can't be read now, e.g. because the folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async Task<RegistryResource?> ReadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(PathOf(key));
            return await JsonSerializer.DeserializeAsync(stream, RegistryJson.Resource, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            ThrowIfAway();
            return null;
        }
    }

    public async Task WriteAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        // Never creates the watched folder itself: a missing mount point would then be in the way when it comes back.
        ThrowIfAway();
        Directory.CreateDirectory(_folder);
        var path = PathOf(resource.Metadata.Key);
        var temporary = path + ".new";
        await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024, FileOptions.Asynchronous))
        {
            await JsonSerializer.SerializeAsync(stream, resource, RegistryJson.Resource, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The resources that have a file.</summary>
    /// <exception cref="IOException">They can't be listed now, e.g. because the folder is missing.</exception>
    public IReadOnlyList<ResourceKey> List()
    {
        ThrowIfAway();
        if (!Directory.Exists(_folder)) return [];
        var keys = new List<ResourceKey>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Extension))
        {
            var name = Path.GetFileName(path)[..^Extension.Length];
            if (name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 && dot < name.Length - 1)
                keys.Add(new ResourceKey(name[..dot], name[(dot + 1)..]));
        }

        return keys;
    }

    /// <exception cref="IOException">It can't be removed now, e.g. because the folder is missing.</exception>
    public void Delete(ResourceKey key)
    {
        ThrowIfAway();
        // A resource may be deleted before any status was written; File.Delete throws where its folder is missing.
        if (Directory.Exists(_folder)) File.Delete(PathOf(key));
    }

    /// <summary>Why the status of a resource can't be used, for the user.</summary>
    public YamlProblem ProblemOf(ResourceKey key, Exception failure) => new(PathOf(key), 1, 1, $"the status of {key} can't be used now: {failure.Message}");

    /// <summary>Why statuses can't be used, for the user.</summary>
    public YamlProblem ProblemOf(Exception failure) => new(_folder, 1, 1, $"statuses can't be listed now: {failure.Message}");

    private void ThrowIfAway()
    {
        if (!Directory.Exists(directory)) throw new DirectoryNotFoundException($"The folder {directory} is not there: its resources wait until it is.");
    }

    // Names were checked when they were read: they hold no path separator, and a namespace no dot, so the file name is safe and unique.
    private string PathOf(ResourceKey key) => Path.Combine(_folder, $"{key.Namespace}.{key.Name}{Extension}");
}
