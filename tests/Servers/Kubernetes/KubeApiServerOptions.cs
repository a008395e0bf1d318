namespace RegistryOperator.Tests.Servers.Kubernetes;

/// <summary>How a <see cref="KubeApiServer"/> is set up.</summary>
public sealed record KubeApiServerOptions
{
    /// <summary>True starts the controller manager, too: deployments get pods, owners' objects are collected, namespaces can be deleted.</summary>
    public bool ControllerManager { get; init; }

    /// <summary>
    /// False lets every watch read from etcd, so that <see cref="KubeApiServer.CompactAsync"/> alone makes older resource versions expire
    /// (410 Gone). With the cache, they expire by <see cref="KubeApiServer.RestartApiServerAsync"/>.
    /// </summary>
    public bool WatchCache { get; init; } = true;
}
