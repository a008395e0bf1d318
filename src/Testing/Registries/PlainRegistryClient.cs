using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// The simplest client that a scanner can be tried with: it reads a registry that lets everyone in, such as <see cref="InMemoryRegistry"/>, and verifies
/// digests. It neither retries nor authenticates, and reads tags and referrers of one page; a registry without the Referrers API has no referrers.
/// </summary>
/// <param name="http">Sends the requests; the caller disposes it.</param>
/// <param name="repository">The repository to read.</param>
public sealed class PlainRegistryClient(HttpClient http, RepositoryReference repository) : IRegistryClient
{
    private static readonly string[] ManifestTypes =
        [MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest];

    /// <inheritdoc/>
    public RepositoryReference Repository => repository;

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse((await ReadAsync("tags/list", [], cancellationToken)).Content);
        foreach (var tag in list.RootElement.GetProperty("tags").EnumerateArray()) yield return tag.GetString()!;
    }

    /// <inheritdoc/>
    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        (await GetManifestAsync(reference, cancellationToken)).ToDescriptor();

    /// <inheritdoc/>
    public async Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken)
    {
        var (content, type) = await ReadAsync($"manifests/{reference}", ManifestTypes, cancellationToken);
        if (Digest.TryParse(reference, out var asked)) Verify(asked, content);
        return new Manifest { MediaType = type ?? "", Digest = Digest.Compute(content), Content = content };
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        if (blob.Size > maximumSize)
            throw new RegistryException(RegistryErrorKind.TooLarge, $"Blob {blob.Digest} has {blob.Size} bytes, more than the {maximumSize} allowed.");
        var (content, _) = await ReadAsync($"blobs/{blob.Digest}", [], cancellationToken);
        Verify(blob.Digest, content);
        return content;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        new MemoryStream((await ReadBlobAsync(blob, Array.MaxLength, cancellationToken)).ToArray(), writable: false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var referrer in await ReadReferrersAsync(subject, cancellationToken))
        {
            if (artifactType is null || referrer.ArtifactType == artifactType) yield return referrer;
        }
    }

    private async Task<IReadOnlyList<Descriptor>> ReadReferrersAsync(Digest subject, CancellationToken cancellationToken)
    {
        try
        {
            return OciDocument.ReadIndex((await ReadAsync($"referrers/{subject}", [MediaTypes.OciIndex], cancellationToken)).Content).Manifests ?? [];
        }
        catch (RegistryException missing) when (missing.Kind is RegistryErrorKind.NotFound)
        {
            return [];
        }
    }

    private async Task<(byte[] Content, string? MediaType)> ReadAsync(string path, IEnumerable<string> types, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(repository.Registry, $"/v2/{repository.Repository}/{path}"));
        foreach (var type in types) request.Headers.Accept.ParseAdd(type);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            var status = answer.StatusCode;
            if (!answer.IsSuccessStatusCode)
                throw new RegistryException(KindOf(status), $"The registry answers {(int)status} for {path}.") { StatusCode = status };
            return (await answer.Content.ReadAsByteArrayAsync(cancellationToken), answer.Content.Headers.ContentType?.MediaType);
        }
        catch (HttpRequestException failure)
        {
            throw new RegistryException(RegistryErrorKind.Unreachable, $"The registry can't be asked for {path}: {failure.Message}", failure);
        }
    }

    private static void Verify(Digest digest, byte[] content)
    {
        if (!digest.Matches(content)) throw new RegistryException(RegistryErrorKind.DigestMismatch, $"The content is not what {digest} names.");
    }

    private static RegistryErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => RegistryErrorKind.Unauthorized,
        HttpStatusCode.Forbidden => RegistryErrorKind.Denied,
        HttpStatusCode.NotFound => RegistryErrorKind.NotFound,
        HttpStatusCode.TooManyRequests => RegistryErrorKind.RateLimited,
        >= HttpStatusCode.InternalServerError => RegistryErrorKind.ServerError,
        _ => RegistryErrorKind.Other,
    };
}
