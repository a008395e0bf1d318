using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>Whose signatures count, as the command line says.</summary>
internal sealed record VerifySettings
{
    /// <summary>A name that nobody gives a Secret.</summary>
    private const string RootSecret = "verify.trusted-root.registry-operator";

    private const string RootKey = "trusted_root.json";

    public IReadOnlyList<VerificationKeySpec> Keys { get; init; } = [];

    public KeylessIdentitySpec? Identity { get; init; }

    /// <summary>True where it says who may have signed.</summary>
    public bool NamesSigners => Keys.Count > 0 || Identity is not null;

    /// <summary>The file's content; null for the public-good instance's root.</summary>
    public byte[]? TrustedRoot { get; init; }

    /// <summary>What that file is called in the command line.</summary>
    public required string TrustedRootOption { get; init; }

    /// <summary>A resource's verification with what the command line says in the place of its keys and identities; null for none.</summary>
    /// <exception cref="InputException">A trusted root is given, and no identity.</exception>
    public VerificationSpec? ApplyTo(VerificationSpec? written)
    {
        var policy = NamesSigners
            ? (written ?? new VerificationSpec()) with { Keys = Keys, Keyless = Identity is null ? [] : [Identity] }
            : written;
        if (TrustedRoot is null) return policy;
        if (policy is not { Keyless.Count: > 0 })
            throw new InputException($"{TrustedRootOption} is about certificates: give --identity and --issuer, or a policy with identities.");
        var root = new TrustedRootSpec { SecretRef = new SecretKeySpec { Name = RootSecret, Key = RootKey } };
        return policy with { Keyless = [.. policy.Keyless.Select(identity => identity with { TrustedRoot = root })] };
    }

    /// <summary>The Secrets given in files, with the trusted root of the command line among them.</summary>
    /// <param name="given">Those.</param>
    /// <param name="rules">Which Secrets are used: who gives a root by hand means it to be used.</param>
    public ISecretSource SecretsWith(ISecretSource given, SecretRules rules) => TrustedRoot is null ? given : new WithTrustedRoot(given, TrustedRoot, rules);

    private sealed class WithTrustedRoot(ISecretSource given, byte[] root, SecretRules rules) : ISecretSource
    {
        private readonly Dictionary<string, string> _labels =
            rules.RequiredLabel is { } label ? new() { [label] = rules.RequiredValue ?? "" } : new(StringComparer.Ordinal);

        public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) => name != RootSecret
            ? given.GetSecretAsync(@namespace, name, cancellationToken)
            : Task.FromResult<CredentialSecret?>(new CredentialSecret
            {
                Namespace = @namespace,
                Name = name,
                Data = new Dictionary<string, ReadOnlyMemory<byte>> { [RootKey] = root },
                Labels = _labels,
            });

        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            given.GetPullSecretsAsync(@namespace, serviceAccount, cancellationToken);
    }
}
