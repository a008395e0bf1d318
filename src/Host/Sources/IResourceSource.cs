using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Sources;

/// <summary>Where resources come from, and the source of their changes.</summary>
internal interface IResourceSource : IDisposable
{
    /// <summary>Reads and writes the resources.</summary>
    IResourceStore Store { get; }

    /// <summary>The source's name in logs, e.g. the API server's address.</summary>
    string Description { get; }

    /// <summary>True once all resources have been listed, and while the source is reachable.</summary>
    bool IsReady { get; }

    /// <summary>Reports new and changed resources until cancelled.</summary>
    /// <param name="wake">Receives the key, and whether a reconcile in flight is obsolete.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken);

    /// <summary>Tells of workloads until cancelled, which is no failure.</summary>
    /// <param name="index">Receives the workloads, as soon as somebody asks it for some.</param>
    /// <param name="changed">Receives the key of each resource whose workloads have changed.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    Task WatchWorkloadsAsync(WorkloadIndex index, Action<ResourceKey> changed, CancellationToken cancellationToken) => Task.CompletedTask;
}
