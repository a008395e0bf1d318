using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Controllers;
using RegistryOperator.Kubernetes.Queues;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Hosting;

/// <summary>The running operator: a source of changes, a queue, workers.</summary>
internal sealed partial class Operator(IResourceSource source, Engine engine, OperatorOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Workers beyond those that are set, for namespaces that have none.</summary>
    private const int Reserve = 1;

    private readonly ILogger _logger = loggers.CreateLogger<Operator>();

    /// <summary>True while the operator receives changes of its resources.</summary>
    public bool IsReady => source.IsReady;

    /// <summary>Where full reports are kept.</summary>
    public IReportStore? Reports => engine.Reports;

    /// <summary>Explains an image of a resource by what the operator knows and remembers; null where there is no such resource.</summary>
    public async Task<ImageExplanation?> ExplainAsync(ResourceKey key, AskedImage image, CancellationToken cancellationToken) =>
        await source.Store.GetAsync(key, cancellationToken) is { } resource
            ? await engine.Explainer.ExplainAsync(image, resource, source.Store, isOffline: true, cancellationToken)
            : null;

    /// <summary>Runs until cancelled; then waits for reconciles in flight, at most <see cref="OperatorOptions.DrainTimeout"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var queue = new WorkQueue<ResourceKey>(
            time, new BackoffOptions(), new QueueGroups<ResourceKey>(key => key.Namespace, options.Workers + Reserve));
        var remembered = new RoundMemory(engine.RememberedTagBytes);
        using var events = new RegistryEvents(source.Store, engine.Kinds, loggers.CreateLogger<RegistryEvents>());
        var reconciler = new ResourceReconciler(
            source.Store, engine.Kinds, engine.Round, remembered, events, time, loggers.CreateLogger<ResourceReconciler>());
        var controllerOptions = new ControllerOptions { Workers = options.Workers + Reserve, DrainTimeout = options.DrainTimeout };
        var controller = new Controller<ResourceKey>(queue, reconciler, controllerOptions, time, loggers.CreateLogger<Controller<ResourceKey>>());

        LogStarted(source.Description, options.Workers);
        var workloads = source.WatchWorkloadsAsync(engine.Workloads, Compare, stopping);
        var watch = source.WatchAsync(Wake, stopping);
        var work = controller.RunAsync(stopping);
        var cleaning = engine.Reports is { } reports
            ? new ReportCleaning(reports, time, loggers.CreateLogger<ReportCleaning>()).RunAsync(stopping)
            : Task.CompletedTask;
        var atRest = MemoryAtRest.OfProcess(() => queue.Counts is { Waiting: 0, Processing: 0 }, time).RunAsync(stopping);
        var first = await Task.WhenAny(watch, work);
        // Neither completes before cancellation unless it fails; its exception then ends the process.
        if (!stopping.IsCancellationRequested) await first;
        await work;
        await workloads;
        await cleaning;
        await atRest;
        LogStopped();

        void Compare(ResourceKey key)
        {
            remembered.WorkloadsChanged(key);
            queue.Add(key);
        }

        void Wake(ResourceKey key, bool obsolete)
        {
            if (!obsolete || !controller.Interrupt(key)) queue.Add(key);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {Source} with {Workers} workers")]
    private partial void LogStarted(string source, int workers);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped")]
    private partial void LogStopped();
}

/// <summary>How the operator works.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Resources reconciled at the same time. A worker that waits for a registry costs next to nothing, so that slow registries delay no
    /// others. Namespaces share them: of many, one alone has two thirds.</summary>
    public int Workers { get; init; } = 64;

    /// <summary>How long a stopping operator waits for reconciles to end.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
