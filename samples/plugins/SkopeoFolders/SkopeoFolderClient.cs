using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace SkopeoFolders;

/// <summary>
/// Reads one repository: a folder for each tag, in it <c>manifest.json</c>, <c>DIGEST.manifest.json</c> for the manifests of an index, and each blob in a file
/// named by its digest (<see href="https://github.com/containers/image/blob/main/directory/directory_transport.go"/>).
/// </summary>
internal sealed class SkopeoFolderClient(RepositoryReference repository) : IRegistryClient
{
    private const int MaximumManifest = 4 * 1024 * 1024;

    private readonly string _folder = Path.Combine(repository.Registry.LocalPath, repository.Repository);

    public RepositoryReference Repository => repository;

    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tags = await ReadAsync(
            () => Folders().Where(tag => File.Exists(Path.Combine(tag, "manifest.json"))).Select(tag => Path.GetFileName(tag)).ToArray(), cancellationToken);
        foreach (var tag in tags) yield return tag;
    }

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        (await GetManifestAsync(reference, cancellationToken)).ToDescriptor();

    public async Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(() => File.ReadAllBytes(Bounded(FindManifest(reference), MaximumManifest)), cancellationToken);
        var digest = Digest.Compute(content);
        if (Digest.TryParse(reference, out var asked) && !asked.Matches(content)) throw Mismatch(asked);
        return new Manifest { MediaType = MediaTypeOf(content, digest), Digest = digest, Content = content };
    }

    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var content = await ReadAsync(() => File.ReadAllBytes(Bounded(Find(blob.Digest.Encoded), maximumSize)), cancellationToken);
        return content.Length == blob.Size && blob.Digest.Matches(content) ? content : throw Mismatch(blob.Digest);
    }

    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        // The stream of a large blob would hash while it is read; here one that fits into memory is enough.
        return new MemoryStream((await ReadBlobAsync(blob, Array.MaxLength, cancellationToken)).ToArray(), writable: false);
    }

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The folders have no list of them.
        await Task.CompletedTask;
        yield break;
    }

    private string[] Folders() => Directory.Exists(_folder)
        ? Directory.GetDirectories(_folder)
        : throw new RegistryException(RegistryErrorKind.NotFound, $"There is no folder {_folder}.")
        {
            Advice = "Copy an image into it: 'skopeo copy --all docker://IMAGE dir:FOLDER/REPOSITORY/TAG'.",
        };

    private string FindManifest(string reference)
    {
        if (!Digest.TryParse(reference, out var digest))
        {
            // Without folders in its name, whatever a tag may be.
            var file = Path.Combine(_folder, Path.GetFileName(reference), "manifest.json");
            return File.Exists(file) ? file : throw Missing(reference);
        }

        return Folders().Select(tag => Path.Combine(tag, "manifest.json")).FirstOrDefault(file => File.Exists(file) && Is(file, digest))
            ?? Find($"{digest.Encoded}.manifest.json");

        static bool Is(string file, Digest digest) => new FileInfo(file).Length <= MaximumManifest && digest.Matches(File.ReadAllBytes(file));
    }

    private string Find(string name) =>
        Folders().Select(tag => Path.Combine(tag, name)).FirstOrDefault(File.Exists) ?? throw Missing(name);

    private static string Bounded(string file, long maximumSize) => new FileInfo(file).Length <= maximumSize
        ? file
        : throw new RegistryException(RegistryErrorKind.TooLarge, $"{file} has more than the {maximumSize} bytes allowed.");

    private RegistryException Missing(string what) => new(RegistryErrorKind.NotFound, $"There is no '{what}' in {_folder}.");

    private RegistryException Mismatch(Digest digest) =>
        new(RegistryErrorKind.DigestMismatch, $"What is in {_folder} is not what {digest} names: copy the image again.");

    // All that fails is told as a RegistryException; reads of files may block, and run on a thread of the pool.
    private static async Task<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(read, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException(RegistryErrorKind.ServerError, failure.Message, failure);
        }
    }

    private static string MediaTypeOf(byte[] content, Digest digest)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()!
                : document.RootElement.TryGetProperty("manifests", out _) ? MediaTypes.OciIndex : MediaTypes.OciManifest;
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            throw new RegistryException(RegistryErrorKind.InvalidResponse, $"{digest} is no manifest: {invalid.Message}", invalid);
        }
    }
}
