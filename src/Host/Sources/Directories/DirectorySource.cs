using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>
/// Resources in the YAML files of a folder. Changes are noticed at once where the file system reports them, and within seconds where it does
/// not (network and container mounts). A folder that is missing for a while deletes nothing.
/// </summary>
internal sealed partial class DirectorySource : IResourceSource
{
    /// <summary>How often the folder is read without a change notification.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>The time between two reads that must agree.</summary>
    internal static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryReader _reader;
    private readonly DirectoryResourceStore _store;
    private readonly DirectoryWatch _watch;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IReadOnlySet<YamlProblem> _toldProblems = new HashSet<YamlProblem>();
    private bool _isAway;
    private WorkloadIndex? _workloads;

    public DirectorySource(string directory, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<DirectorySource>();
        _reader = new DirectoryReader(directory);
        _store = new DirectoryResourceStore(directory);
        _watch = new DirectoryWatch(directory, time, _logger);
        _time = time;
        Description = directory;
    }

    public IResourceStore Store => _store;

    public string Description { get; }

    public bool IsReady { get; private set; }

    /// <summary>They are told with the resources of the folder.</summary>
    public Task WatchWorkloadsAsync(WorkloadIndex index, Action<ResourceKey> changed, CancellationToken cancellationToken)
    {
        index.Attach(changed);
        _workloads = index;
        return Task.CompletedTask;
    }

    public async Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
    {
        var isTold = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            // Before reading, so that changes during the read are reported.
            _watch.Start();
            var look = await LookAsync(wake, cancellationToken);
            if (look is { IsSettled: false })
            {
                await Task.Delay(SettleTime, _time, cancellationToken);
                continue;
            }

            if (look is null)
            {
                _watch.Stop();
            }
            else if (look.Content is not null && !isTold)
            {
                // A change without a notification: the watched folder may have been replaced by another.
                _watch.Stop();
                isTold = true;
                continue;
            }

            isTold = await _watch.WaitAsync(LookInterval, cancellationToken);
            if (isTold) await Task.Delay(SettleTime, _time, cancellationToken);
        }
    }

    public void Dispose() => _watch.Dispose();

    /// <returns>The result; null where the folder is missing.</returns>
    private async Task<DirectoryLook?> LookAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
    {
        DirectoryLook look;
        try
        {
            look = _reader.Look();
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            if (!_isAway) LogAway(Description, away.Message, LookInterval.TotalSeconds);
            _isAway = true;
            IsReady = false;
            return null;
        }

        if (_isAway) LogBack(Description);
        _isAway = false;
        if (look.Content is { } content)
        {
            if (content.Workloads.Count > 0) _workloads?.Replace(WorkloadAssembler.Assemble(content.Workloads), isOneOwners: true);
            else _workloads?.Replace(null, $"No workloads are known: put Deployments and others, or what kubectl prints, into {Description}.");
            var update = await _store.UpdateAsync(content, cancellationToken);
            Tell([.. content.Problems, .. update.Problems], content.WorkloadNotices);
            foreach (var key in update.Changed) wake(key, true);
            if (update.Problems.Count > 0) _reader.Forget();
        }

        IsReady |= look.IsSettled || look.Content is not null;
        return look;
    }

    /// <summary>Logs each problem once, however often the folder is read with it.</summary>
    private void Tell(IReadOnlyList<YamlProblem> problems, IReadOnlyList<YamlProblem> notices)
    {
        foreach (var problem in problems.Where(problem => !_toldProblems.Contains(problem))) LogProblem(problem);
        foreach (var notice in notices.Where(notice => !_toldProblems.Contains(notice))) LogNotice(notice);
        _toldProblems = problems.Concat(notices).ToHashSet();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    private partial void LogProblem(YamlProblem problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private partial void LogNotice(YamlProblem notice);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The folder {Directory} can't be read: {Reason} Its resources stay as they are; it is looked for every {Seconds} s")]
    private partial void LogAway(string directory, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The folder {Directory} can be read again")]
    private partial void LogBack(string directory);
}
