using System.Net.Http.Headers;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// Keeps the index of referrers that a client keeps itself where a registry lacks the Referrers API
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject"/>).
/// </summary>
internal sealed class FallbackTags(RegistryPusher pusher) : IDisposable
{
    // The index is read, changed and written back: two artifacts at the same time would lose one.
    private readonly SemaphoreSlim _lock = new(1, 1);

    public async Task AddAsync(string repository, TestManifest manifest, CancellationToken cancellationToken)
    {
        if (ReadSubject(manifest) is not { } subject) return;
        var tag = $"{subject.Algorithm}-{subject.Encoded}";
        await _lock.WaitAsync(cancellationToken);
        try
        {
            var entries = await ReadAsync(repository, tag, cancellationToken);
            if (entries.Any(entry => entry.Digest == manifest.Digest)) return;
            var index = OciWriter.WriteIndex(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = [.. entries, manifest.Descriptor] });
            await pusher.PushManifestAsync(repository, tag, new TestManifest(MediaTypes.OciIndex, index), cancellationToken);
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();

    private async Task<IReadOnlyList<Descriptor>> ReadAsync(string repository, string tag, CancellationToken cancellationToken)
    {
        using var answer = await pusher.SendAsync(repository, () => new HttpRequestMessage(HttpMethod.Get, pusher.Url(repository, $"manifests/{tag}"))
        {
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue(MediaTypes.OciIndex) } },
        }, cancellationToken);
        if (!answer.IsSuccessStatusCode) return [];
        return OciDocument.ReadIndex(await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Manifests ?? [];
    }

    private static Digest? ReadSubject(TestManifest manifest)
    {
        try
        {
            return manifest.ToManifest().ReadImageManifest().Subject?.Digest;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
