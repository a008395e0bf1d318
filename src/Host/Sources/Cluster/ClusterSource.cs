using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Informers;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>The resources of a cluster, in some namespaces or in all.</summary>
internal sealed class ClusterSource(
    KubernetesConnection connection, IReadOnlyCollection<string> namespaces, TimeProvider time, ILoggerFactory loggers) : IResourceSource
{
    /// <summary>After this many failures in a row the operator is no longer ready: it misses what happens in the cluster.</summary>
    private const int FailuresOfAnOutage = 5;

    /// <summary>How often every resource is reconciled although nothing changed, in case an event was missed. A resource that is not due costs no request
    /// to a registry.</summary>
    private static readonly TimeSpan ResyncPeriod = TimeSpan.FromHours(1);

    private InformerGroup<ResourceHead>? _informers;

    public IResourceStore Store { get; } = new ClusterResourceStore(connection, time);

    public string Description => $"{connection.Server} ({connection.Source})";

    public bool IsReady => _informers?.State is { HasSynced: true, ConsecutiveFailures: < FailuresOfAnOutage };

    public Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
    {
        _informers = new InformerGroup<ResourceHead>(
            connection.Resources(ResourceHead.ResourceType),
            namespaces,
            new ResourceChangeHandler(wake),
            new InformerOptions<ResourceHead> { ResyncPeriod = ResyncPeriod },
            time,
            loggers.CreateLogger<Informer<ResourceHead>>());
        return _informers.RunAsync(cancellationToken);
    }

    public Task WatchWorkloadsAsync(WorkloadIndex index, Action<ResourceKey> changed, CancellationToken cancellationToken)
    {
        index.Attach(changed);
        return new ClusterWorkloads(connection, namespaces, time, loggers).RunAsync(index, cancellationToken);
    }

    public void Dispose() => connection.Dispose();
}
