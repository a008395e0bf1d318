using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.Plugins.RegistryAuth.Secrets;

/// <summary>Reads the logins of one Secret, by its type and by which keys it has.</summary>
internal sealed class SecretLogins(CredentialSource source)
{
    private readonly SecretReader _secret = new(source.Secret);

    /// <summary>The logins, in the Secret's order.</summary>
    /// <exception cref="CredentialException">The Secret lacks a key, or its value can't be read.</exception>
    public IReadOnlyList<SecretLogin> Read()
    {
        if (_secret.Type == SecretTypes.BasicAuth) return [UsernameAndPassword()];
        if (_secret.Type is SecretTypes.DockerConfigJson or SecretTypes.DockerCfg) return Entries(ConfigurationKeyOf(source));

        // An opaque Secret is what its keys say. User name and password come first, since the resource names these keys.
        if (_secret.Has(source.UsernameKey) || _secret.Has(source.PasswordKey)) return [UsernameAndPassword()];
        var key = ConfigurationKeyOf(source);
        if (_secret.Has(key)) return Entries(key);
        throw _secret.Missing($"neither the keys '{source.UsernameKey}' and '{source.PasswordKey}' nor '{SecretTypes.DockerConfigJsonKey}'");
    }

    /// <summary>The key of a Secret's Docker configuration.</summary>
    public static string ConfigurationKeyOf(CredentialSource source) => source.Secret.Type switch
    {
        SecretTypes.DockerConfigJson => SecretTypes.DockerConfigJsonKey,
        SecretTypes.DockerCfg => SecretTypes.DockerCfgKey,
        _ => source.Secret.Data.ContainsKey(SecretTypes.DockerConfigJsonKey) ? SecretTypes.DockerConfigJsonKey : SecretTypes.DockerCfgKey,
    };

    private SecretLogin UsernameAndPassword()
    {
        var username = _secret.ReadText(source.UsernameKey);
        var password = _secret.ReadText(source.PasswordKey);
        return new SecretLogin(
            Location: null,
            Store: null,
            () => username == "" && password == "" ? null : new RegistryCredential.UsernamePassword(username, password),
            problem => _secret.Unusable(source.PasswordKey, problem));
    }

    private List<SecretLogin> Entries(string key)
    {
        CredentialException Unusable(string problem) => _secret.Unusable(key, problem);

        var configuration = DockerConfiguration.Read(_secret.ReadBytes(key), isLegacy: key == SecretTypes.DockerCfgKey, Unusable);
        return [.. configuration.Entries.Select(entry => new SecretLogin(
            entry.Location, configuration.AnyStore, () => ReadEntry(entry, Unusable), Unusable))];
    }

    private RegistryCredential? ReadEntry(DockerConfigurationEntry entry, Func<string, CredentialException> unusable)
    {
        try
        {
            return entry.ReadCredential(unusable);
        }
        catch (CredentialException) when (source.IsOptional)
        {
            return null;
        }
    }
}
