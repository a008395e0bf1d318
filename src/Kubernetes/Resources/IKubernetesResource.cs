namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// A resource as clients, informers and controllers see it. A model need not hold all fields of its type: one that is only read is
/// leaner with the few it needs.
/// </summary>
public interface IKubernetesResource
{
    /// <summary>The resource's metadata.</summary>
    ObjectMeta Metadata { get; }
}
