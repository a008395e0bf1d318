using System.Text.Json;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Kubernetes;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>
/// Keeps resources with their statuses as files, <c>DIR/.status/NAMESPACE.NAME.json</c>, in the form of <c>kubectl get -o json</c>. Each is
/// replaced atomically, by a rename, and its owner's alone: a status tells what is wrong with private images. The folder that is watched may be one that
/// others write to, so that links and pipes in the place of a file are not followed.
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
            ThrowIfUnsafe();
            var path = PathOf(key);
            // A link or a pipe counts as missing: the next status takes its place.
            if (UnixFiles.Look(path) is { Kind: FileKind.Folder }) throw new IOException($"{path} is a folder, and not the file of a status: remove it.");
            await using var stream = UnixFiles.OpenToRead(path, isAsync: true);
            if (stream is not null) return await JsonSerializer.DeserializeAsync(stream, RegistryJson.Resource, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone meanwhile.
        }

        ThrowIfAway();
        return null;
    }

    public async Task WriteAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        // Never creates the watched folder itself: a missing mount point would then be in the way when it comes back.
        ThrowIfAway();
        PrivateFolder.Ensure(_folder);
        await PrivateFile.ReplaceAsync(
            PathOf(resource.Metadata.Key),
            stream => JsonSerializer.SerializeAsync(stream, resource, RegistryJson.Resource, cancellationToken),
            cancellationToken);
    }

    /// <summary>The resources that have a file.</summary>
    /// <exception cref="IOException">They can't be listed now, e.g. because the folder is missing.</exception>
    public IReadOnlyList<ResourceKey> List()
    {
        ThrowIfAway();
        ThrowIfUnsafe();
        if (!Directory.Exists(_folder)) return [];
        PrivateFile.RemoveLeft(_folder);
        var keys = new List<ResourceKey>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Extension))
        {
            var name = Path.GetFileName(path)[..^Extension.Length];
            // Another file was put there by somebody else.
            if (name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && IsName(name[..dot], name[(dot + 1)..]))
                keys.Add(new ResourceKey(name[..dot], name[(dot + 1)..]));
        }

        return keys;
    }

    /// <exception cref="IOException">It can't be removed now, e.g. because the folder is missing.</exception>
    public void Delete(ResourceKey key)
    {
        ThrowIfAway();
        // A resource may be deleted before any status was written; File.Delete throws where its folder is missing.
        ThrowIfUnsafe();
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

    private void ThrowIfUnsafe()
    {
        if (PrivateFolder.Problem(_folder) is { } problem) throw new IOException(problem);
    }

    private static bool IsName(string @namespace, string name) =>
        KubernetesNames.ProblemOfNamespace(@namespace) is null && KubernetesNames.ProblemOfName(name) is null;

    // Names were checked when they were read: they hold no path separator, and a namespace no dot, so the file name is safe and unique. A name has up to
    // 253 characters and a namespace 63: together they may be longer than a file name may be, which the file system then says.
    private string PathOf(ResourceKey key) => IsName(key.Namespace ?? "", key.Name)
        ? Path.Combine(_folder, $"{key.Namespace}.{key.Name}{Extension}")
        : throw new ArgumentException($"'{key}' is no name of a resource.", nameof(key));
}
