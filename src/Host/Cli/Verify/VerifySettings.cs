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

    /// <summary>The same of certificate authorities.</summary>
    private const string AuthoritiesSecret = "verify.ca-file.registry-operator";

    private const string AuthoritiesKey = "ca.crt";

    public IReadOnlyList<VerificationKeySpec> Keys { get; init; } = [];

    public KeylessIdentitySpec? Identity { get; init; }

    /// <summary>True where it says who may have signed.</summary>
    public bool NamesSigners => Keys.Count > 0 || Identity is not null;

    /// <summary>The file's content; null for the public-good instance's root.</summary>
    public byte[]? TrustedRoot { get; init; }

    /// <summary>What that file is called in the command line.</summary>
    public required string TrustedRootOption { get; init; }

    /// <summary>The content of a file of certificates that are trusted for the registry; null for none.</summary>
    public byte[]? CertificateAuthorities { get; init; }

    /// <summary>What that file is called in the command line.</summary>
    public string CertificateAuthoritiesOption { get; init; } = "";

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

    /// <summary>A resource's access with the certificate authorities of the command line in the place of its own.</summary>
    /// <exception cref="InputException">They are given, and the registry has no TLS.</exception>
    public RegistrySpec ApplyTo(RegistrySpec access)
    {
        if (CertificateAuthorities is null) return access;
        if (access.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"{CertificateAuthoritiesOption}: {access.Url} is asked without TLS. Write https:// before the image where it has TLS.");
        return access with { CaSecret = new CaSecretSpec { Name = AuthoritiesSecret, Key = AuthoritiesKey } };
    }

    /// <summary>The Secrets given in files, with the files of the command line among them.</summary>
    /// <param name="given">Those.</param>
    /// <param name="rules">Which Secrets are used: who gives a file by hand means it to be used.</param>
    public ISecretSource SecretsWith(ISecretSource given, SecretRules rules)
    {
        var files = new Dictionary<string, (string Key, byte[] Content)>(StringComparer.Ordinal);
        if (TrustedRoot is not null) files[RootSecret] = (RootKey, TrustedRoot);
        if (CertificateAuthorities is not null) files[AuthoritiesSecret] = (AuthoritiesKey, CertificateAuthorities);
        return files.Count == 0 ? given : new WithFiles(given, files, rules);
    }

    private sealed class WithFiles(ISecretSource given, Dictionary<string, (string Key, byte[] Content)> files, SecretRules rules) : ISecretSource
    {
        private readonly Dictionary<string, string> _labels =
            rules.RequiredLabel is { } label ? new() { [label] = rules.RequiredValue ?? "" } : new(StringComparer.Ordinal);

        public string? MissingAdvice => given.MissingAdvice;

        public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken)
        {
            if (!files.TryGetValue(name, out var file)) return given.GetSecretAsync(@namespace, name, cancellationToken);
            return Task.FromResult<CredentialSecret?>(new CredentialSecret
            {
                Namespace = @namespace,
                Name = name,
                Data = new Dictionary<string, ReadOnlyMemory<byte>> { [file.Key] = file.Content },
                Labels = _labels,
            });
        }

        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            given.GetPullSecretsAsync(@namespace, serviceAccount, cancellationToken);
    }
}
