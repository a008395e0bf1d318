using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>Makes a policy of what a resource says.</summary>
internal static class VerificationPolicies
{
    public static VerificationPolicy Of(VerificationSpec spec) => new()
    {
        Keys = [.. spec.Keys.Select(key => new VerificationKey { Pem = key.Pem, SecretRef = key.SecretRef is { } secret ? Of(secret) : null })],
        Keyless = [.. spec.Keyless.Select(Of)],
        Expectations = spec.Expectations is { } expectations
            ? new ProvenanceExpectations
            {
                Builders = expectations.Builders,
                SourceRepositories = expectations.SourceRepositories,
                MinimumSlsaLevel = expectations.MinimumSlsaLevel,
            }
            : null,
    };

    private static KeylessIdentity Of(KeylessIdentitySpec spec) => new()
    {
        Issuer = spec.Issuer,
        IssuerPattern = spec.IssuerPattern,
        Identity = spec.Identity,
        IdentityPattern = spec.IdentityPattern,
        TrustedRoot = spec.TrustedRoot?.SecretRef is { } secret ? new TrustedRootReference { SecretRef = Of(secret) } : null,
    };

    private static SecretKeyReference Of(SecretKeySpec spec) => new() { Name = spec.Name, Key = spec.Key };
}
