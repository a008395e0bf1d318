using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Sources;

/// <summary>Where resources come from and who tells of their changes.</summary>
internal interface IResourceSource : IDisposable
{
    /// <summary>Reads and writes the resources.</summary>
    IResourceStore Store { get; }

    /// <summary>How the source is called in logs, e.g. the API server's address.</summary>
    string Description { get; }

    /// <summary>True once all resources were seen for the first time and while the source answers.</summary>
    bool IsReady { get; }

    /// <summary>Tells of resources that are new or have changed until cancelled.</summary>
    /// <param name="wake">Given the key, and whether a reconcile in flight has become useless.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken);
}
