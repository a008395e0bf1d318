using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// Reads and writes the resources of one type. Every failure is a <see cref="KubernetesApiException"/>; every method is safe for concurrent use.
/// Idempotent requests are retried after transient errors.
/// </summary>
public sealed class ResourceClient<T>
    where T : class, IKubernetesResource
{
    private const string StatusSubresource = "status";

    private readonly ApiTransport _transport;
    private readonly ResourceParser<T> _parser;

    internal ResourceClient(KubernetesConnection connection, ResourceType<T> type)
    {
        _transport = connection.Transport;
        _parser = new ResourceParser<T>(type.Json);
        Type = type;
    }

    /// <summary>The type.</summary>
    public ResourceType<T> Type { get; }

    /// <summary>Reads one resource; null where it does not exist.</summary>
    public async Task<T?> GetAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(new ApiRequest(HttpMethod.Get, Type.ResourcePath(key), Operation("read", key)), cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound && !e.IsSchemaMissing)
        {
            return null;
        }
    }

    /// <summary>Lists all resources, page by page, as they were at one moment.</summary>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    public Task<ResourceList<T>> ListAsync(string? ns, CancellationToken cancellationToken) => ListAsync(ns, transform: null, cancellationToken);

    /// <summary>Lists, transforming each resource as soon as it is read, so that unneeded fields are never in memory for all of them.</summary>
    internal Task<ResourceList<T>> ListAsync(string? ns, Func<T, T>? transform, CancellationToken cancellationToken) =>
        new ResourceLister<T>(_transport, _parser, Type, CollectionOperation("list", ns)).ListAsync(ns, transform, cancellationToken);

    /// <summary>
    /// Watches for changes. Ends when the server ends the watch, which it does after the timeout; resume from the last event's resource version.
    /// </summary>
    /// <exception cref="KubernetesApiException">The connection broke, the watch hangs, or the server sent an error:
    /// <see cref="KubernetesApiException.IsGone"/> where the resource version is too old.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var timeout = options.Timeout * (1 + Random.Shared.NextDouble());
        var operation = CollectionOperation("watch", options.Namespace);
        var seconds = Math.Max(1, (int)timeout.TotalSeconds);
        var path = Type.CollectionPath(options.Namespace) + string.Create(
            CultureInfo.InvariantCulture,
            $"?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={Uri.EscapeDataString(options.ResourceVersion)}");

        // A live server ends the watch in time. Otherwise the connection is dead without notice, e.g. dropped by a firewall.
        using var deadline = new CancellationTokenSource(timeout + options.Grace, _transport.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        // C# allows no yield in a try block with a catch: hence the explicit enumerator.
        var request = new ApiRequest(HttpMethod.Get, path, operation);
        await using var events = ReadEventsAsync(request, options.Opened, either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync()) yield break;
            }
            catch (Exception e) when (ApiTransport.IsConnectionError(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw KubernetesApiException.NoAnswer(
                    operation,
                    _transport.Server,
                    deadline.IsCancellationRequested ? new TimeoutException("the watch hangs, the server should have ended it by now", e) : e);
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                throw KubernetesApiException.InvalidAnswer(operation, e is JsonException ? $"is not readable: {e.Message}" : e.Message, e);
            }

            yield return events.Current;
        }
    }

    /// <summary>Creates a resource. Retried only where the server throttled the request: after any other error it may have been created.</summary>
    public Task<T> CreateAsync(T resource, CancellationToken cancellationToken)
    {
        var key = resource.Metadata.Key;
        return SendAsync(
            new ApiRequest(HttpMethod.Post, Type.CollectionPath(key.Namespace), Operation("create", key)) { Body = Serialize(resource), IsIdempotent = false },
            cancellationToken);
    }

    /// <summary>
    /// Replaces a resource's status; the server ignores all other fields
    /// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#status-subresource"/>).
    /// A conflict where the resource changed since its <c>resourceVersion</c>, or where an earlier attempt succeeded and only its answer was lost.
    /// </summary>
    public Task<T> ReplaceStatusAsync(T resource, CancellationToken cancellationToken)
    {
        var key = resource.Metadata.Key;
        return SendAsync(
            new ApiRequest(HttpMethod.Put, Type.ResourcePath(key, StatusSubresource), Operation("write the status of", key)) { Body = Serialize(resource) },
            cancellationToken);
    }

    /// <summary>Changes a resource by a patch.</summary>
    public Task<T> PatchAsync(ResourceKey key, Patch patch, CancellationToken cancellationToken) =>
        PatchAsync(key, patch, Type.ResourcePath(key), cancellationToken);

    /// <summary>Changes a resource's status by a patch.</summary>
    public Task<T> PatchStatusAsync(ResourceKey key, Patch patch, CancellationToken cancellationToken) =>
        PatchAsync(key, patch, Type.ResourcePath(key, StatusSubresource), cancellationToken);

    /// <summary>Asks for a resource's deletion; false where it does not exist.</summary>
    public async Task<bool> DeleteAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _transport.SendAsync(
                new ApiRequest(HttpMethod.Delete, Type.ResourcePath(key), Operation("delete", key)), cancellationToken);
            return true;
        }
        catch (KubernetesApiException e) when (e.IsNotFound && !e.IsSchemaMissing)
        {
            return false;
        }
    }

    private Task<T> PatchAsync(ResourceKey key, Patch patch, string path, CancellationToken cancellationToken) =>
        SendAsync(
            new ApiRequest(HttpMethod.Patch, path, Operation("change", key))
            {
                Body = patch.Body,
                MediaType = patch.MediaType,
                IsIdempotent = patch.IsIdempotent,
            },
            cancellationToken);

    private async Task<T> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _transport.SendAsync(request, cancellationToken);
            return _parser.ReadObject(new ReadOnlySequence<byte>(answer.Memory));
        }
        catch (Exception e) when (e is JsonException or AnswerTooLargeException)
        {
            throw KubernetesApiException.InvalidAnswer(request.Operation, e is JsonException ? $"is not readable: {e.Message}" : e.Message, e);
        }
    }

    private async IAsyncEnumerable<WatchEvent<T>> ReadEventsAsync(
        ApiRequest request, Action? opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _transport.OpenAsync(request, cancellationToken);
        opened?.Invoke();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var line in LineReader.ReadLinesAsync(stream, LineReader.LineLimit, cancellationToken))
            yield return _parser.ReadEvent(line, request.Operation);
    }

    private byte[] Serialize(T resource) => JsonSerializer.SerializeToUtf8Bytes(resource, Type.Json);

    private string Operation(string verb, ResourceKey key) => $"{verb} {Type.QualifiedName} {key}";

    private string CollectionOperation(string verb, string? ns) =>
        string.IsNullOrEmpty(ns) ? $"{verb} {Type.QualifiedName}" : $"{verb} {Type.QualifiedName} in namespace {ns}";
}
