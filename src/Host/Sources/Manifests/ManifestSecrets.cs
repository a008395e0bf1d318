using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Access;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>The Secrets that were given in files.</summary>
internal sealed class ManifestSecrets(IReadOnlyList<CredentialSecret> secrets) : ISecretSource
{
    public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        Task.FromResult(secrets.FirstOrDefault(secret => secret.Namespace == @namespace && secret.Name == name));
}
