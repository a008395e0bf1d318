using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth.Docker;
using RegistryOperator.Plugins.RegistryAuth.Secrets;

namespace RegistryOperator.Plugins.RegistryAuth;

/// <summary>
/// The credential for a repository from the Secret that its resource names: user name and password, or a Docker configuration of which the
/// entry is taken that the kubelet would take (<see href="https://kubernetes.io/docs/concepts/containers/images/#config-json"/>).
/// </summary>
public sealed class SecretAuthenticator : IRegistryAuthenticator
{
    /// <inheritdoc/>
    public string Name => "registry-auth";

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(request.Secret is { } secret ? Read(new SecretReader(secret), request) : null);
    }

    private static RegistryCredential Read(SecretReader secret, RegistryAuthenticationRequest request) => secret.Type switch
    {
        SecretTypes.DockerConfigJson => ReadDockerConfig(secret, SecretTypes.DockerConfigJsonKey, request),
        SecretTypes.DockerCfg => ReadDockerConfig(secret, SecretTypes.DockerCfgKey, request),
        SecretTypes.BasicAuth => ReadUsernamePassword(secret, request),
        _ => ReadByKeys(secret, request),
    };

    // An opaque Secret is what its keys say. User name and password come first, since the resource names these keys.
    private static RegistryCredential ReadByKeys(SecretReader secret, RegistryAuthenticationRequest request)
    {
        if (secret.Has(request.UsernameKey) || secret.Has(request.PasswordKey)) return ReadUsernamePassword(secret, request);
        if (secret.Has(SecretTypes.DockerConfigJsonKey)) return ReadDockerConfig(secret, SecretTypes.DockerConfigJsonKey, request);
        if (secret.Has(SecretTypes.DockerCfgKey)) return ReadDockerConfig(secret, SecretTypes.DockerCfgKey, request);
        throw secret.Missing($"neither the keys '{request.UsernameKey}' and '{request.PasswordKey}' nor '{SecretTypes.DockerConfigJsonKey}'");
    }

    private static RegistryCredential ReadUsernamePassword(SecretReader secret, RegistryAuthenticationRequest request)
    {
        var username = secret.ReadText(request.UsernameKey);
        var password = secret.ReadText(request.PasswordKey);
        return username == "" && password == "" ? RegistryCredential.Anonymous : new RegistryCredential.UsernamePassword(username, password);
    }

    private static RegistryCredential ReadDockerConfig(SecretReader secret, string key, RegistryAuthenticationRequest request)
    {
        var configuration = DockerConfiguration.Read(secret, key);
        var matches = new Keyring(configuration.Entries).Lookup(request.Repository);
        // Not which registries it has entries for: that is the Secret's content.
        if (matches.Count == 0) throw secret.Unusable(key, $"no entry matches {request.Repository.Name}");

        // The kubelet tries one match after the other; an empty entry is skipped, so a less specific one may still give a credential.
        var credential = matches.Select(entry => entry.ReadCredential(secret, key)).FirstOrDefault(credential => credential is not null);
        if (credential is null && configuration.CredentialStore is not null)
        {
            throw secret.Unusable(key, $"its entry '{matches[0].Location}' is empty, because Docker keeps the password in a credential store: " +
                "create the Secret with 'kubectl create secret docker-registry'");
        }

        return credential ?? RegistryCredential.Anonymous;
    }
}
