using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Access;

/// <summary>Where a resource's credentials are: in the Secrets that it names, and in those with which its service account pulls images.</summary>
internal static class CredentialSources
{
    /// <summary>The field that names a resource's credentials, for errors.</summary>
    public static string FieldOf(RegistrySpec spec) => spec switch
    {
        { CredentialsSecret: not null } => "spec.credentialsSecret",
        { CredentialsSecrets.Count: > 0 } => "spec.credentialsSecrets",
        _ => "spec.serviceAccountName",
    };

    /// <summary>The Secrets, in the order of the spec.</summary>
    /// <exception cref="RoundFailedException">One that the resource names is missing, or can't be used.</exception>
    public static async Task<List<CredentialSource>> ReadAsync(RegistrySpec spec, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        var sources = new List<CredentialSource>();
        if (spec.CredentialsSecret is { } single) sources.Add(await ReadAsync("spec.credentialsSecret.name", single));
        for (var i = 0; i < spec.CredentialsSecrets.Count; i++)
            sources.Add(await ReadAsync($"spec.credentialsSecrets[{i}].name", spec.CredentialsSecrets[i]));
        if (spec.ServiceAccountName is not { Length: > 0 } account) return sources;
        var pulls = await secrets.GetPullSecretsAsync("spec.serviceAccountName", account, cancellationToken);
        sources.AddRange(pulls.Select(secret => new CredentialSource { Secret = secret, IsOptional = true }));
        return sources;

        async Task<CredentialSource> ReadAsync(string field, CredentialsSecretSpec named) => new()
        {
            Secret = await secrets.GetAsync(field, named.Name, cancellationToken),
            UsernameKey = named.EffectiveUsernameKey,
            PasswordKey = named.EffectivePasswordKey,
        };
    }
}
