using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Registries;

/// <summary>How a <see cref="RegistryPusher"/> works.</summary>
public sealed record RegistryPusherOptions
{
    /// <summary>Who pushes; Basic or by a token server, as the registry asks.</summary>
    public RegistryCredential Credential { get; init; } = RegistryCredential.Anonymous;

    /// <summary>Images pushed at the same time.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Longest time of one request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How requests are sent, e.g. to trust a test's own certificate authority; null for the usual way. The pusher disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}

/// <summary>
/// Pushes test images to any OCI registry
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push"/>). What a repository already has is not sent
/// again, so that thousands of tags over the same layers are pushed in seconds. Safe for concurrent use.
/// </summary>
public sealed class RegistryPusher : IDisposable
{
    private readonly ConcurrentDictionary<(string Repository, Digest Digest), Lazy<Task>> _stored = new();
    private readonly HttpClient _http;
    private readonly PushAuthorization _authorization;
    private readonly FallbackTags _fallbackTags;
    private readonly Uri _registry;
    private readonly int _concurrency;

    /// <summary>Makes a pusher.</summary>
    /// <param name="registry">The registry's URL.</param>
    /// <param name="options">How it works.</param>
    public RegistryPusher(Uri registry, RegistryPusherOptions? options = null)
    {
        options ??= new RegistryPusherOptions();
        _registry = registry;
        _concurrency = options.Concurrency;
        var handler = options.Handler ?? new SocketsHttpHandler { MaxConnectionsPerServer = options.Concurrency, UseCookies = false };
        _http = new HttpClient(handler) { Timeout = options.RequestTimeout };
        _authorization = new PushAuthorization(_http, options.Credential);
        _fallbackTags = new FallbackTags(this);
    }

    /// <summary>Pushes a manifest with everything it names.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">The tag, or null to push by digest only.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="cancellationToken">Ends the push.</param>
    /// <exception cref="HttpRequestException">The registry refused something; the message has its answer.</exception>
    public async Task PushAsync(string repository, string? tag, TestManifest manifest, CancellationToken cancellationToken)
    {
        await PushPartsAsync(repository, manifest, cancellationToken);
        await PushManifestAsync(repository, tag ?? manifest.Digest.ToString(), manifest, cancellationToken);
    }

    /// <summary>Pushes many, several at the same time.</summary>
    public Task PushAsync(string repository, IEnumerable<TaggedManifest> manifests, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            manifests,
            new ParallelOptions { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancellationToken },
            async (tagged, token) => await PushAsync(repository, tagged.Tag, tagged.Manifest, token));

    /// <summary>Deletes a manifest, and with it every tag that names it.</summary>
    public async Task DeleteAsync(string repository, Digest digest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            repository, () => new HttpRequestMessage(HttpMethod.Delete, Url(repository, $"manifests/{digest}")), cancellationToken);
        await EnsureAsync(answer, HttpStatusCode.Accepted, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _fallbackTags.Dispose();
    }

    internal Uri Url(string repository, string path) => new(_registry, $"/v2/{repository}/{path}");

    /// <summary>Sends a request, a second time where the registry asks for authentication.</summary>
    internal async Task<HttpResponseMessage> SendAsync(string repository, Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using var request = create();
        request.Headers.Authorization = _authorization.Current(repository);
        var answer = await _http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is not HttpStatusCode.Unauthorized) return answer;
        using (answer)
        {
            using var again = create();
            again.Headers.Authorization = await _authorization.AnswerAsync(repository, answer.Headers.WwwAuthenticate, cancellationToken);
            return await _http.SendAsync(again, cancellationToken);
        }
    }

    internal async Task PushManifestAsync(string repository, string reference, TestManifest manifest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(repository, () => new HttpRequestMessage(HttpMethod.Put, Url(repository, $"manifests/{reference}"))
        {
            Content = new ReadOnlyMemoryContent(manifest.Content) { Headers = { ContentType = MediaTypeHeaderValue.Parse(manifest.MediaType) } },
        }, cancellationToken);
        await EnsureAsync(answer, HttpStatusCode.Created, cancellationToken);
        if (!answer.Headers.Contains("OCI-Subject")) await _fallbackTags.AddAsync(repository, manifest, cancellationToken);
    }

    private async Task PushPartsAsync(string repository, TestManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var blob in manifest.Blobs) await OnceAsync(repository, blob.Digest, () => PushBlobAsync(repository, blob, cancellationToken));
        foreach (var child in manifest.Manifests)
            await OnceAsync(repository, child.Digest, () => PushAsync(repository, tag: null, child, cancellationToken));
    }

    /// <summary>Images share layers: each is pushed once, and other images wait for it (single flight).</summary>
    private async Task OnceAsync(string repository, Digest digest, Func<Task> push)
    {
        var key = (repository, digest);
        var stored = _stored.GetOrAdd(key, static (_, push) => new Lazy<Task>(push), push);
        try
        {
            await stored.Value;
        }
        catch
        {
            _stored.TryRemove(new(key, stored));
            throw;
        }
    }

    private async Task PushBlobAsync(string repository, TestBlob blob, CancellationToken cancellationToken)
    {
        using (var head = await SendAsync(
            repository, () => new HttpRequestMessage(HttpMethod.Head, Url(repository, $"blobs/{blob.Digest}")), cancellationToken))
        {
            if (head.IsSuccessStatusCode) return;
        }

        using var start = await SendAsync(repository, () => new HttpRequestMessage(HttpMethod.Post, Url(repository, "blobs/uploads/")), cancellationToken);
        await EnsureAsync(start, HttpStatusCode.Accepted, cancellationToken);
        var location = new Uri(
            start.RequestMessage!.RequestUri!, start.Headers.Location ?? throw new HttpRequestException("The registry named no location for the upload."));
        var upload = new UriBuilder(location) { Query = $"{location.Query}&digest={Uri.EscapeDataString(blob.Digest.ToString())}".TrimStart('&') }.Uri;
        using var finish = await SendAsync(repository, () => new HttpRequestMessage(HttpMethod.Put, upload)
        {
            Content = new ReadOnlyMemoryContent(blob.Content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        }, cancellationToken);
        await EnsureAsync(finish, HttpStatusCode.Created, cancellationToken);
    }

    private static async Task EnsureAsync(HttpResponseMessage answer, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == expected) return;
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        var request = answer.RequestMessage!;
        throw new HttpRequestException(
            $"{request.Method} {request.RequestUri!.AbsolutePath} answered {(int)answer.StatusCode} instead of {(int)expected}: {body}",
            inner: null,
            answer.StatusCode);
    }
}
