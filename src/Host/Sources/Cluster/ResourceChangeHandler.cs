using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Informers;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>
/// Decides which changes of a resource wake the operator: a new spec, a deletion, a request for a scan. Status writes, its own among them, wake
/// nothing.
/// </summary>
/// <param name="wake">Receives the key, and whether a reconcile in flight is obsolete.</param>
internal sealed class ResourceChangeHandler(Action<ResourceKey, bool> wake) : IResourceEventHandler<ResourceHead>
{
    public void OnEvent(ResourceEvent<ResourceHead> resourceEvent)
    {
        switch (resourceEvent.Kind)
        {
            case ResourceEventKind.Added or ResourceEventKind.Resync:
                wake(resourceEvent.Key, false);
                break;
            case ResourceEventKind.Deleted:
                wake(resourceEvent.Key, true);
                break;
            case ResourceEventKind.Updated when IsReplacedOrChanged(resourceEvent.Old!, resourceEvent.New!):
                wake(resourceEvent.Key, true);
                break;
            case ResourceEventKind.Updated when ScanRequest(resourceEvent.Old!) != ScanRequest(resourceEvent.New!):
                wake(resourceEvent.Key, false);
                break;
        }
    }

    private static bool IsReplacedOrChanged(ResourceHead before, ResourceHead after) =>
        before.Metadata.Uid != after.Metadata.Uid
        || before.Metadata.Generation != after.Metadata.Generation
        || before.Metadata.IsBeingDeleted != after.Metadata.IsBeingDeleted;

    private static string? ScanRequest(ResourceHead head) => head.Metadata.Annotations?.GetValueOrDefault(RegistryGroup.ScanRequestedAnnotation);
}
