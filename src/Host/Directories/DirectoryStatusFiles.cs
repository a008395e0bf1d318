using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Resources;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Directories;

/// <summary>
/// Keeps statuses as files, <c>DIR/.status/NAMESPACE.NAME.json</c>. Each is replaced whole, by a rename, so that a reader or a crash never meets
/// half of one.
/// </summary>
internal sealed class DirectoryStatusFiles(string directory)
{
    public const string FolderName = ".status";

    private readonly string _folder = Path.Combine(directory, FolderName);

    /// <summary>The kept status, or null where there is none or it can't be read: the resource is then scanned anew.</summary>
    public async Task<KeptStatus?> ReadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(PathOf(key));
            return await JsonSerializer.DeserializeAsync(stream, KeptStatusJson.TypeInfo, cancellationToken);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public async Task WriteAsync(ResourceKey key, KeptStatus kept, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var path = PathOf(key);
        var temporary = path + ".new";
        await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024, FileOptions.Asynchronous))
        {
            await JsonSerializer.SerializeAsync(stream, kept, KeptStatusJson.TypeInfo, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    public void Delete(ResourceKey key) => File.Delete(PathOf(key));

    // Kubernetes names hold no path separator, and a namespace no dot, so the file name is safe and unique.
    private string PathOf(ResourceKey key) => Path.Combine(_folder, $"{key.Namespace}.{key.Name}.json");
}

/// <summary>A status and what the API server would keep beside it: which spec it is about.</summary>
internal sealed record KeptStatus
{
    /// <summary>Counts changes of the spec, as <c>metadata.generation</c> does in a cluster.</summary>
    [JsonPropertyName("generation")]
    public long Generation { get; init; }

    /// <summary>A hash of the spec of this generation.</summary>
    [JsonPropertyName("specHash")]
    public string SpecHash { get; init; } = "";

    [JsonPropertyName("status")]
    public RegistryStatus? Status { get; init; }
}
