using System.Collections.ObjectModel;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Abstractions.Workloads;

/// <summary>A workload that runs images: the topmost owner, so a Deployment and not its ReplicaSets and Pods.</summary>
public sealed record Workload
{
    /// <summary>The kind, e.g. <c>Deployment</c>; <c>Pod</c> for one without an owner.</summary>
    public required string Kind { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>How many Pods it should have; null where its kind does not say, as a CronJob.</summary>
    public int? Replicas { get; init; }

    /// <summary>Its containers. One that runs several images, as during a roll-out, is there once for each.</summary>
    public IReadOnlyList<WorkloadContainer> Containers { get; init; } = [];

    /// <summary>Its annotations whose names begin with <c>registry.kubecontroller.io/</c>, by the rest of the name.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>A container of a workload.</summary>
public sealed record WorkloadContainer
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public ContainerKind Kind { get; init; }

    /// <summary>The image as the workload writes it; read it with <see cref="Images.ImageReference"/>.</summary>
    public required string Image { get; init; }

    /// <summary>The images that its Pods run, each once: several during a roll-out, where a tag has moved, or on nodes of several platforms. Empty where none
    /// runs, or none is known.</summary>
    public IReadOnlyList<RunningImage> Running { get; init; } = [];
}

/// <summary>A running image.</summary>
/// <param name="Digest">Its digest as the container runtime reports it: of the index or of the platform's manifest.</param>
/// <param name="Platform">The platform of the node; null where it is not known.</param>
public sealed record RunningImage(Digest Digest, Platform? Platform)
{
    /// <summary>How many Pods run it; 0 where that is not known.</summary>
    public int Pods { get; init; }
}

/// <summary>Kinds of containers (<see href="https://kubernetes.io/docs/concepts/workloads/pods/#how-pods-manage-multiple-containers"/>).</summary>
public enum ContainerKind
{
    /// <summary>Runs as long as the Pod.</summary>
    Regular,

    /// <summary>Runs before the regular ones, or beside them as a sidecar.</summary>
    Init,

    /// <summary>Added to a running Pod for debugging.</summary>
    Ephemeral,
}
