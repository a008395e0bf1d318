using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Testing.Tests.Conformance;

/// <summary>The simplest client that scanners can be tried with: the kit must work without the product's.</summary>
internal sealed class PlainClient(HttpClient http, RepositoryReference repository) : IRegistryClient
{
    public RepositoryReference Repository => repository;

    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = await http.GetFromJsonAsync<JsonElement>(Url("tags/list"), cancellationToken);
        foreach (var tag in list.GetProperty("tags").EnumerateArray()) yield return tag.GetString()!;
    }

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        (await GetManifestAsync(reference, cancellationToken)).ToDescriptor();

    public async Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(Url($"manifests/{reference}"), cancellationToken);
        if (!answer.IsSuccessStatusCode) throw new RegistryException(RegistryErrorKind.NotFound, $"No manifest {reference}.");
        var content = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Manifest { MediaType = answer.Content.Headers.ContentType!.MediaType!, Digest = Digest.Compute(content), Content = content };
    }

    public async Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
        await http.GetByteArrayAsync(Url($"blobs/{blob.Digest}"), cancellationToken);

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        http.GetStreamAsync(Url($"blobs/{blob.Digest}"), cancellationToken);

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = OciDocument.ReadIndex(await http.GetByteArrayAsync(Url($"referrers/{subject}"), cancellationToken));
        foreach (var referrer in index.Manifests ?? []) yield return referrer;
    }

    private Uri Url(string path) => new(repository.Registry, $"/v2/{repository.Repository}/{path}");
}
