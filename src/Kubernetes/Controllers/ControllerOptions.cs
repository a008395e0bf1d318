namespace RegistryOperator.Kubernetes.Controllers;

/// <summary>How a controller works.</summary>
public sealed record ControllerOptions
{
    /// <summary>How many keys are reconciled at the same time; default 4. A worker costs nothing while it has no key.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How long a stopping controller waits for its reconciles to end; default 20 s, within the 30 s that a pod is given.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
