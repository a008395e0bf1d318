using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>Where <c>Registry</c> resources live: a cluster, or a folder of files.</summary>
internal interface IResourceStore : ISecretSource
{
    /// <summary>The resource as it is now, or null where it is gone.</summary>
    Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken);

    /// <summary>Writes the status of the version that was read.</summary>
    /// <returns>The resource as written.</returns>
    /// <exception cref="StatusConflictException">The resource has changed since it was read.</exception>
    Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken);

    /// <summary>Writes an event about a resource where there is a place for events.</summary>
    Task WriteEventAsync(RegistryResource resource, RegistryEvent written, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Adds the operator's finalizer.</summary>
    /// <returns>The resource as written.</returns>
    Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken);

    /// <summary>Removes the operator's finalizer, which lets a deleted resource go.</summary>
    Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken);
}

/// <summary>A status was written over a version that is not the latest.</summary>
internal sealed class StatusConflictException(string message, Exception? innerException = null) : Exception(message, innerException);
