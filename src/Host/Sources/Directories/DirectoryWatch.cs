using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>Watches a folder for changes by the file system's notifications. Where these don't work, the folder is only polled.</summary>
internal sealed partial class DirectoryWatch(string directory, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0, 1);
    private FileSystemWatcher? _watcher;
    private volatile bool _hasFailed;
    private bool _isToldThatItFails;

    /// <summary>Starts watching, unless it does already; restarts after notifications were lost.</summary>
    public void Start()
    {
        if (_hasFailed) Stop();
        if (_watcher is not null || !Directory.Exists(directory)) return;
        try
        {
            _watcher = Create();
            _watcher.EnableRaisingEvents = true;
            _isToldThatItFails = false;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The system's number of watches is limited, and the folder may have gone in between.
            Stop();
            if (!_isToldThatItFails) LogNotWatched(directory, failure.Message);
            _isToldThatItFails = true;
        }
    }

    /// <summary>Stops watching: a missing folder may come back as another one.</summary>
    public void Stop()
    {
        _watcher?.Dispose();
        _watcher = null;
        _hasFailed = false;
    }

    /// <summary>Waits for a notification, at most for the given time.</summary>
    /// <returns>True where one came.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var change = _changed.WaitAsync(wait.Token);
        await Task.WhenAny(change, Task.Delay(longest, time, wait.Token));
        await wait.CancelAsync();
        await ((Task)change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return change.IsCompletedSuccessfully;
    }

    public void Dispose()
    {
        Stop();
        _changed.Dispose();
    }

    /// <summary>Records a change.</summary>
    internal void Notice()
    {
        try
        {
            _changed.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // Already recorded, or disposed.
        }
    }

    /// <summary>Records that notifications were lost, e.g. because the system's buffer overflowed.</summary>
    internal void Fail()
    {
        _hasFailed = true;
        Notice();
    }

    private FileSystemWatcher Create()
    {
        var watcher = new FileSystemWatcher(directory)
        {
            IncludeSubdirectories = false,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
        };
        watcher.Created += (_, _) => Notice();
        watcher.Changed += (_, _) => Notice();
        watcher.Deleted += (_, _) => Notice();
        watcher.Renamed += (_, _) => Notice();
        watcher.Error += (_, _) => Fail();
        return watcher;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The system does not tell of changes in {Directory} ({Reason}): it is looked at in intervals only")]
    private partial void LogNotWatched(string directory, string reason);
}
