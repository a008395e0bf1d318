using System.Text.Json;
using RegistryOperator.Host.Resources;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Directories;

/// <summary>
/// Keeps resources with their statuses as files, <c>DIR/.status/NAMESPACE.NAME.json</c>, in the form of <c>kubectl get -o json</c>. Each is
/// replaced whole, by a rename, so that a reader or a crash never meets half of one.
/// </summary>
internal sealed class DirectoryStatusFiles(string directory)
{
    public const string FolderName = ".status";

    private const string Extension = ".json";

    private readonly string _folder = Path.Combine(directory, FolderName);

    /// <summary>The resource as it was kept, or null where there is none or it can't be read: the resource is then scanned anew.</summary>
    public async Task<RegistryResource?> ReadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(PathOf(key));
            return await JsonSerializer.DeserializeAsync(stream, RegistryJson.Resource, cancellationToken);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public async Task WriteAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
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
    public IReadOnlyList<ResourceKey> List()
    {
        if (!Directory.Exists(_folder)) return [];
        var keys = new List<ResourceKey>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Extension))
        {
            var name = Path.GetFileName(path)[..^Extension.Length];
            if (name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 && dot < name.Length - 1) keys.Add(new ResourceKey(name[..dot], name[(dot + 1)..]));
        }

        return keys;
    }

    public void Delete(ResourceKey key)
    {
        // A resource may go before any status was written; File.Delete throws where its folder is missing.
        if (Directory.Exists(_folder)) File.Delete(PathOf(key));
    }

    // Kubernetes names hold no path separator, and a namespace no dot, so the file name is safe and unique.
    private string PathOf(ResourceKey key) => Path.Combine(_folder, $"{key.Namespace}.{key.Name}{Extension}");
}
