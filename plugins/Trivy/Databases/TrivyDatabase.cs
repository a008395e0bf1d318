using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Plugins.Trivy.Databases;

/// <summary>
/// Keeps a database up to date, for all scans: the download is single flight, goes on when nobody waits for it any more (most begin without anyone who
/// does), and its failure is remembered for a while. A database that is there is used on when a newer one can't be had.
/// </summary>
internal sealed partial class TrivyDatabase(DatabaseKind kind, TrivyExecutable executable, TrivyOptions options, TimeProvider time, ILogger logger)
    : IAsyncDisposable, IDisposable
{
    /// <summary>How long a failed download is not tried again: hundreds of scans may wait for it.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(2);

    /// <summary>The longest download: the vulnerability database is some 70 MB, the index of Java archives some 900 MB.</summary>
    public static readonly TimeSpan DownloadLimit = TimeSpan.FromMinutes(30);

    private readonly DatabaseDownload _download = new(kind, executable, options, time);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task<ScanException?>? _running;
    private long? _failedAt;
    private ScanException? _failure;

    /// <summary>The database that is there; null for none.</summary>
    public Task<DatabaseMetadata?> FindAsync(CancellationToken cancellationToken) =>
        DatabaseMetadata.FindAsync(options.CacheDirectory, kind, cancellationToken);

    /// <summary>
    /// Why there is no database and none can be downloaded, for the user; null otherwise. Where a download has failed, until it may be tried again: then
    /// scans wait for it.
    /// </summary>
    public string? ExplainMissing(DatabaseMetadata? current)
    {
        if (current is not null) return null;
        if (kind.IsSkipped(options)) return MissingText();
        lock (_lock) return HasJustFailed ? _failure?.Message : null;
    }

    /// <summary>
    /// Waits until there is a database. Where one is there, no scan waits for a newer one: a slow mirror would take the time of every scan. What was
    /// found with the older one is looked for again when the database's version has changed.
    /// </summary>
    /// <exception cref="ScanException">There is no database, and none can be downloaded.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var current = await FindAsync(cancellationToken);
        if (kind.IsSkipped(options))
        {
            if (current is null) throw new ScanException(ScanReasons.ScannerUnavailable, MissingText());
            return;
        }

        if (current is not null)
        {
            RefreshInBackground(current);
            return;
        }

        if (await Join().WaitAsync(cancellationToken) is { } failure) throw new ScanException(failure.Reason, failure.Message, failure);
    }

    /// <summary>Starts a download where a newer one is expected, without waiting for it. A first download is left to the first scan.</summary>
    public void RefreshInBackground(DatabaseMetadata current)
    {
        if (!kind.IsSkipped(options) && IsDue(current)) _ = Join();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task<ScanException?>? running;
        lock (_lock) running = _running;
        // Waits until the process has ended, too; the task never throws.
        if (running is not null) await running;
        _stop.Dispose();
    }

    /// <summary>Cancels a download without waiting for its end.</summary>
    public void Dispose() => _stop.Cancel();

    private bool HasJustFailed => _failedAt is { } failed && time.GetElapsedTime(failed) < RetryDelay;

    private bool IsDue(DatabaseMetadata? current) => current is null || current.IsDue(time.GetUtcNow());

    private Task<ScanException?> Join()
    {
        lock (_lock)
        {
            if (_running is { IsCompleted: false } running) return running;
            if (_stop.IsCancellationRequested) return Task.FromResult<ScanException?>(Stopped());
            if (HasJustFailed) return Task.FromResult(_failure);
            return _running = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    private async Task<ScanException?> RunAsync()
    {
        ScanException? failure = null;
        using var limit = new CancellationTokenSource(DownloadLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, limit.Token);
        try
        {
            // Between the caller's look and this one another download may have ended.
            if (!IsDue(await FindAsync(ending.Token))) return null;
            LogDownload(kind.Name);
            var made = await _download.RunAsync(ending.Token);
            LogDownloaded(kind.Name, made.Version);
        }
        catch (Exception exception)
        {
            // Any exception: in the background, no caller would observe it.
            failure = Explain(exception, limit.IsCancellationRequested);
        }

        if (failure is not null && !_stop.IsCancellationRequested) LogFailed(kind.Name, failure.Message);
        lock (_lock)
        {
            _failure = failure;
            _failedAt = failure is null ? null : time.GetTimestamp();
        }

        return failure;
    }

    private ScanException Explain(Exception exception, bool isLate)
    {
        if (_stop.IsCancellationRequested) return Stopped(exception);
        if (isLate) return Unavailable($"was not downloaded within {DownloadLimit.TotalMinutes:0} minutes.", exception);
        return exception switch
        {
            ScanException known => known,
            IOException or UnauthorizedAccessException => Unavailable(
                $"cannot be written to {options.CacheDirectory} ({exception.Message}): make it writable, or set {TrivyOptions.Section}:CacheDirectory.",
                exception),
            _ => Unavailable($"could not be downloaded: {exception.Message}", exception),
        };
    }

    private ScanException Stopped(Exception? exception = null) => Unavailable("was not downloaded, since the operator stops.", exception);

    private ScanException Unavailable(string what, Exception? exception) => new(ScanReasons.ScannerUnavailable, $"Trivy's {kind.Name} {what}", exception);

    private string MissingText() =>
        $"Trivy has no {kind.Name} in {options.CacheDirectory} and may not download it ({TrivyOptions.Section}:{kind.SkipSetting}): " +
        $"run `trivy image {kind.DownloadFlag} --cache-dir {options.CacheDirectory}` where the network allows it.";

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloading Trivy's {Database}")]
    private partial void LogDownload(string database);

    [LoggerMessage(Level = LogLevel.Information, Message = "Trivy's {Database} is of {Version} now")]
    private partial void LogDownloaded(string database, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trivy's {Database} could not be brought up to date: {Reason}")]
    private partial void LogFailed(string database, string reason);
}
