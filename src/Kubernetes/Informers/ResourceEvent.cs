using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Informers;

/// <summary>What an informer saw.</summary>
public enum ResourceEventKind
{
    /// <summary>The resource is new, or was there when the informer began.</summary>
    Added,

    /// <summary>The resource changed.</summary>
    Updated,

    /// <summary>The resource is gone.</summary>
    Deleted,

    /// <summary>Nothing happened: a periodic reminder of what is there.</summary>
    Resync,
}

/// <summary>One event of an informer.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Old">The resource before; null for one that is new. Of one deleted, the last state known: where the informer missed the deletion,
/// that is older than the last there was.</param>
/// <param name="New">The resource now; null for one deleted.</param>
public readonly record struct ResourceEvent<T>(ResourceEventKind Kind, T? Old, T? New)
    where T : class, IKubernetesResource
{
    /// <summary>Which resource.</summary>
    public ResourceKey Key => (New ?? Old)!.Metadata.Key;
}

/// <summary>Receives an informer's events, one after the other. Should only note them, e.g. add keys to a queue: the watch waits meanwhile.</summary>
public interface IResourceEventHandler<T>
    where T : class, IKubernetesResource
{
    /// <summary>Something happened to a resource.</summary>
    void OnEvent(ResourceEvent<T> resourceEvent);

    /// <summary>
    /// Something happened to a resource that its model refuses. Its last readable state stays in the store, and it counts as there.
    /// </summary>
    void OnMalformed(MalformedResource resource)
    {
    }
}
