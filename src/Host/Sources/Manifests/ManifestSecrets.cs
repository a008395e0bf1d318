using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Access;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>The Secrets, and the service accounts, that were given in files.</summary>
/// <param name="secrets">The Secrets.</param>
/// <param name="accounts">The service accounts.</param>
/// <param name="missingAdvice">How the command line is given more of them; null for what is no command line.</param>
internal sealed class ManifestSecrets(
    IReadOnlyList<CredentialSecret> secrets, IReadOnlyList<ServiceAccountManifest>? accounts = null,
    string? missingAdvice = null) : ISecretSource
{
    public string? MissingAdvice => missingAdvice;

    public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        Task.FromResult(secrets.FirstOrDefault(secret => secret.Namespace == @namespace && secret.Name == name));

    public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
        Task.FromResult(accounts?.FirstOrDefault(account => account.Namespace == @namespace && account.Name == serviceAccount)?.PullSecrets);
}
