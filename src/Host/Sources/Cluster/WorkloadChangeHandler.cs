using System.Threading.Channels;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes.Informers;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>Tells that something that runs has changed. Conditions, probes and heartbeats, most of what a cluster sends, are dropped.</summary>
internal sealed class WorkloadChangeHandler(ChannelWriter<bool> changes) : IResourceEventHandler<WorkloadObject>
{
    public void OnEvent(ResourceEvent<WorkloadObject> resourceEvent)
    {
        if (resourceEvent.Kind is ResourceEventKind.Resync) return;
        if (resourceEvent is { Old: { } old, New: { } now } && now.SaysTheSameAs(old)) return;
        changes.TryWrite(true);
    }
}
