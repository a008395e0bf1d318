using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Informers;

/// <summary>How an informer works.</summary>
public sealed record InformerOptions<T>
    where T : class, IKubernetesResource
{
    /// <summary>How often all resources are reported again; null (the default) for never.</summary>
    public TimeSpan? ResyncPeriod { get; init; }

    /// <summary>The backoff after failures; default 1 s to 30 s with much jitter, since after an outage all clients reconnect.</summary>
    public BackoffOptions Backoff { get; init; } = new() { Max = TimeSpan.FromSeconds(30), Jitter = 0.5 };

    /// <summary>The shortest time after which the server ends a watch; default 5 min. See <see cref="Client.WatchOptions.Timeout"/>.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How much longer a watch may last before it counts as dead; default 1 min.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Makes a resource smaller before it is stored, e.g. without annotations; null to store it as read. <c>managedFields</c> are always dropped.
    /// Keeps name, namespace, uid and resource version.
    /// </summary>
    public Func<T, T>? Transform { get; init; }
}
