using Microsoft.Extensions.Logging;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Informers;

/// <summary>
/// Knows all resources of a type in one namespace or in all, and reports their changes: lists once, then watches from there
/// (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/>). After a broken connection it
/// resumes from the last resource version, and lists again where the server no longer has that.
/// </summary>
/// <remarks>It needs no <c>sendInitialEvents</c>, so it works with every server since 1.16.</remarks>
public sealed partial class Informer<T>
    where T : class, IKubernetesResource
{
    // A watch that lasted this long counts as a success, even without events. One that ends at once, again and again, must not be a busy loop.
    private static readonly TimeSpan GoodWatch = TimeSpan.FromSeconds(5);

    private readonly ResourceClient<T> _client;
    private readonly IResourceEventHandler<T> _handler;
    private readonly InformerOptions<T> _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Informer<T>> _logger;
    private readonly ResourceStore<T> _store;

    // Events come from the watch and from the resync timer; handlers see them one after the other.
    private readonly Lock _events = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile InformerState _state = new();

    // The resource version to watch from; null: list first.
    private string? _resourceVersion;
    private int _failures;

    /// <param name="client">Reads the resources.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="handler">Told about every change.</param>
    /// <param name="options">How to work.</param>
    /// <param name="time">The clock of waits, resyncs and <see cref="InformerState.LastContact"/>.</param>
    /// <param name="logger">Told about failures and malformed objects.</param>
    public Informer(
        ResourceClient<T> client,
        string? ns,
        IResourceEventHandler<T> handler,
        InformerOptions<T> options,
        TimeProvider time,
        ILogger<Informer<T>> logger)
    {
        _client = client;
        _handler = handler;
        _options = options;
        _time = time;
        _logger = logger;
        _store = new ResourceStore<T>(Raise);
        Namespace = ns;
    }

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; }

    /// <summary>How it is doing.</summary>
    public InformerState State => _state;

    /// <summary>Completes when all resources were listed and reported for the first time; cancelled where it stops before.</summary>
    public Task HasSynced => _synced.Task;

    /// <summary>A resource as last seen, or null.</summary>
    public T? Get(ResourceKey key) => _store.Get(key);

    /// <summary>All resources as last seen.</summary>
    public IReadOnlyCollection<T> GetAll() => _store.GetAll();

    /// <summary>Runs until cancelled. Throws nothing but the cancellation.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var period = _options.ResyncPeriod ?? Timeout.InfiniteTimeSpan;
        await using var resync = _time.CreateTimer(_ => Resync(), null, period, period);
        try
        {
            while (true)
            {
                if (!await TryRunOnceAsync(cancellationToken))
                    await Task.Delay(_options.Backoff.DelayAfter(_failures), _time, cancellationToken);
            }
        }
        finally
        {
            _synced.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>One list, if needed, and one watch. False after a failure, or after a watch so short that a backoff is needed.</summary>
    private async Task<bool> TryRunOnceAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var heard = false;
        try
        {
            _resourceVersion ??= await ListAsync(cancellationToken);
            began = _time.GetTimestamp();
            var watch = new WatchOptions
            {
                Namespace = Namespace,
                ResourceVersion = _resourceVersion,
                Timeout = _options.WatchTimeout,
                Grace = _options.WatchGrace,
                Opened = OnContact,
            };
            await foreach (var watchEvent in _client.WatchAsync(watch, cancellationToken))
            {
                heard = true;
                _failures = 0;
                OnContact();
                Apply(watchEvent);
            }

            OnContact();
            if (heard || IsGood(began))
            {
                _failures = 0;
                return true;
            }

            _failures++;
            LogShortWatch(_client.Type.QualifiedName);
            return false;
        }
        catch (Exception e)
        {
            // Whatever its type: a connection that is closed while it is read may throw anything.
            cancellationToken.ThrowIfCancellationRequested();
            _failures = !heard && IsGood(began) ? 1 : _failures + 1;
            OnFailure(e);
            return false;
        }
    }

    private bool IsGood(long began) => _time.GetElapsedTime(began) >= GoodWatch;

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var list = await _client.ListAsync(Namespace, Shrink, cancellationToken);
        OnContact();
        lock (_events)
        {
            _store.Replace(list);
            foreach (var malformed in list.Malformed) RaiseMalformed(malformed);
        }

        _state = _state with { HasSynced = true };
        if (_synced.TrySetResult()) LogSynced(_client.Type.QualifiedName, list.Items.Count);
        return list.ResourceVersion;
    }

    private void Apply(WatchEvent<T> watchEvent)
    {
        lock (_events)
        {
            switch (watchEvent.Type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    _store.Set(Shrink(watchEvent.Resource!));
                    break;
                case WatchEventType.Deleted:
                    Remove(watchEvent);
                    break;
                case WatchEventType.Malformed:
                    RaiseMalformed(watchEvent.Malformed!);
                    break;
                default:
                    break;
            }
        }

        // Only after the event was delivered: otherwise it is sent again.
        _resourceVersion = watchEvent.ResourceVersion ?? _resourceVersion;
    }

    private void Remove(WatchEvent<T> watchEvent)
    {
        // A deletion is one even where the object is malformed.
        if (watchEvent.Resource is { } last) _store.Remove(last.Metadata.Key, Shrink(last));
        else if (watchEvent.Malformed?.Key is { } key) _store.Remove(key, last: null);
    }

    private void Resync()
    {
        lock (_events)
            _store.Resync();
    }

    private T Shrink(T item)
    {
        item.Metadata.DropManagedFields();
        return _options.Transform?.Invoke(item) ?? item;
    }

    private void Raise(ResourceEvent<T> resourceEvent)
    {
        try
        {
            _handler.OnEvent(resourceEvent);
        }
        catch (Exception e)
        {
            // A fault of the handler for this event must not stop the others.
            LogHandlerFailed(e, resourceEvent.Kind, resourceEvent.Key);
        }
    }

    private void RaiseMalformed(MalformedResource malformed)
    {
        LogMalformed(_client.Type.QualifiedName, malformed.Key?.ToString() ?? "(without a name)", malformed.Error);
        try
        {
            _handler.OnMalformed(malformed);
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, kind: null, malformed.Key);
        }
    }

    private void OnContact() =>
        _state = _state with { LastContact = _time.GetUtcNow(), ConsecutiveFailures = 0, Error = null, IsSchemaMissing = false };

    private void OnFailure(Exception exception)
    {
        var api = exception as KubernetesApiException;
        _state = _state with
        {
            ConsecutiveFailures = _state.ConsecutiveFailures + 1,
            Error = exception.Message,
            IsSchemaMissing = api?.IsSchemaMissing == true,
        };

        if (api is null)
        {
            LogFailed(exception, _client.Type.QualifiedName);
            return;
        }

        // The resource version is too old, or unknown to a restored server: only a list gives the current state.
        if (api.IsGone || api.IsNotFound) _resourceVersion = null;
        if (api.IsGone) LogTooOld(_client.Type.QualifiedName);
        else LogRefused(api.Message);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listed {Type}: {Count} found; watching")]
    private partial void LogSynced(string type, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The watch of {Type} can't go on from where it was; listing anew")]
    private partial void LogTooOld(string type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message} Trying again")]
    private partial void LogRefused(string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server ended the watch of {Type} at once; waiting before the next")]
    private partial void LogShortWatch(string type);

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of {Type} failed unexpectedly; trying again")]
    private partial void LogFailed(Exception exception, string type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} {Key} can't be read and is left as it was: {Error}")]
    private partial void LogMalformed(string type, string key, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of event {Kind} of {Key} failed")]
    private partial void LogHandlerFailed(Exception exception, ResourceEventKind? kind, ResourceKey? key);
}
