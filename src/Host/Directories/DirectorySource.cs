using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Directories;

/// <summary>
/// Resources in the YAML files of a folder. Changes are noticed at once where the file system tells of them, and within seconds where it does
/// not (network and container mounts).
/// </summary>
internal sealed partial class DirectorySource : IRegistrySource
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>Editors write a file in several steps.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryReader _reader;
    private readonly DirectoryRegistryStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changed = new(0, 1);

    public DirectorySource(string directory, TimeProvider time, ILoggerFactory loggers)
    {
        _reader = new DirectoryReader(directory);
        _store = new DirectoryRegistryStore(directory);
        _time = time;
        _logger = loggers.CreateLogger<DirectorySource>();
        Description = directory;
    }

    public IRegistryStore Store => _store;

    public string Description { get; }

    public bool IsReady { get; private set; }

    public async Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
    {
        using var watcher = new FileSystemWatcher(Description) { IncludeSubdirectories = false, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
        watcher.Created += Notice;
        watcher.Changed += Notice;
        watcher.Deleted += Notice;
        watcher.Renamed += Notice;
        watcher.EnableRaisingEvents = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            await LookAsync(wake, cancellationToken);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(_changed.WaitAsync(wait.Token), Task.Delay(LookInterval, _time, wait.Token));
            await wait.CancelAsync();
            await Task.Delay(SettleTime, _time, cancellationToken);
        }
    }

    public void Dispose() => _changed.Dispose();

    private async Task LookAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
    {
        if (_reader.Read() is not { } content) return;
        foreach (var problem in content.Problems) LogProblem(problem);
        foreach (var key in await _store.UpdateAsync(content, cancellationToken)) wake(key, true);
        IsReady = true;
    }

    private void Notice(object sender, FileSystemEventArgs change)
    {
        try
        {
            _changed.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // Already noticed, or nobody looks any more.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    private partial void LogProblem(YamlProblem problem);
}
