using System.Text;
using RegistryOperator.Abstractions.Workloads;

namespace RegistryOperator.Host.Workloads;

/// <summary>What of workloads a comparison depends on, as text: how many Pods run is none of it.</summary>
internal static class WorkloadFingerprint
{
    public static void Append(StringBuilder text, IEnumerable<Workload> workloads)
    {
        foreach (var workload in workloads) Append(text, workload);
    }

    private static void Append(StringBuilder text, Workload workload)
    {
        text.Append(workload.Kind).Append(' ').Append(workload.Namespace).Append(' ').Append(workload.Name).Append(' ').Append(workload.Replicas);
        foreach (var (name, value) in workload.Annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(' ').Append(name).Append('=').Append(value);
        foreach (var container in workload.Containers)
        {
            text.Append(' ').Append(container.Name).Append(' ').Append(container.Kind).Append(' ').Append(container.Image);
            foreach (var running in container.Running) text.Append(' ').Append(running.Digest).Append(' ').Append(running.Platform);
        }

        text.Append('\n');
    }
}
