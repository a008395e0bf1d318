using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Host.Reconciliation;

/// <summary>Where the Secrets that resources name are read: the cluster, or the files given.</summary>
internal interface ISecretSource
{
    /// <summary>The Secret, or null where there is none of this name.</summary>
    Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken);
}
