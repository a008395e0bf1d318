using System.CommandLine;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli.TrustRoot;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Settings;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>The options that tell whose signatures count, and whose certificates.</summary>
internal sealed class VerifyOptions
{
    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "A file of public keys in PEM; may be repeated, and one key that fits is enough.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _identity = new("--identity")
    {
        Description = "Who has to have signed: the certificate's subject alternative name, exactly.",
        HelpName = "ID",
    };

    private readonly Option<string?> _identityPattern = new("--identity-pattern")
    {
        Description = "The same, by a regular expression over the whole name.",
        HelpName = "REGEX",
    };

    private readonly Option<string?> _issuer = new("--issuer")
    {
        Description = "Who has to have told the identity: the certificate's OpenID Connect issuer, exactly.",
        HelpName = "URL",
    };

    private readonly Option<string?> _issuerPattern = new("--issuer-pattern")
    {
        Description = "The same, by a regular expression over the whole issuer.",
        HelpName = "REGEX",
    };

    private readonly Option<string?> _trustedRoot = new("--trusted-root")
    {
        Description = "The trusted_root.json of another Sigstore instance than the public-good one, for identities.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _caFile = new("--ca-file")
    {
        Description = "A file of certificates in PEM that are trusted beside the system's authorities, for the registry's own URL.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_keys);
        command.Options.Add(_identity);
        command.Options.Add(_identityPattern);
        command.Options.Add(_issuer);
        command.Options.Add(_issuerPattern);
        command.Options.Add(_trustedRoot);
        command.Options.Add(_caFile);
    }

    /// <summary>Reads what the user gave, with the files that it names.</summary>
    /// <exception cref="InputException">Options do not fit together, or a file can't be used.</exception>
    public VerifySettings Read(ParseResult parsed)
    {
        var keys = parsed.GetValue(_keys) ?? [];
        var identity = ReadIdentity(parsed);
        if (keys.Length > 0 && identity is not null)
            throw new InputException($"{_keys.Name} is in the place of {_identity.Name} and {_issuer.Name}: give a key, or an identity and its issuer.");
        var root = parsed.GetValue(_trustedRoot);
        if (root is not null && keys.Length > 0)
            throw new InputException($"{_trustedRoot.Name} is about certificates, and {_keys.Name} about none: leave one of them out.");
        return new VerifySettings
        {
            Keys = [.. keys.Select(file => new VerificationKeySpec { Pem = PublicKeyFile.ReadChecked(_keys.Name, file) })],
            Identity = identity,
            TrustedRoot = root is null ? null : ReadRoot(root),
            TrustedRootOption = _trustedRoot.Name,
            CertificateAuthorities = parsed.GetValue(_caFile) is { } file ? ReadCertificates(file) : null,
            CertificateAuthoritiesOption = _caFile.Name,
        };
    }

    private KeylessIdentitySpec? ReadIdentity(ParseResult parsed)
    {
        var who = ReadName(parsed, _identity, _identityPattern);
        var issuer = ReadName(parsed, _issuer, _issuerPattern);
        if (!who && !issuer) return null;
        if (!who) throw new InputException($"An issuer alone trusts everybody it knows: give {_identity.Name} or {_identityPattern.Name}, too.");
        if (!issuer) throw new InputException($"Who has to have told the identity? Give {_issuer.Name} or {_issuerPattern.Name}, too.");
        return new KeylessIdentitySpec
        {
            Identity = parsed.GetValue(_identity),
            IdentityPattern = parsed.GetValue(_identityPattern),
            Issuer = parsed.GetValue(_issuer),
            IssuerPattern = parsed.GetValue(_issuerPattern),
        };
    }

    /// <returns>False where neither is given.</returns>
    private static bool ReadName(ParseResult parsed, Option<string?> exact, Option<string?> pattern)
    {
        var (name, expression) = (parsed.GetValue(exact), parsed.GetValue(pattern));
        if (name is not null && expression is not null) throw new InputException($"{exact.Name} and {pattern.Name} say the same: give one of them.");
        if (name is null && expression is null) return false;
        try
        {
            _ = expression is null ? NamePattern.Exactly(name!) : NamePattern.Matching(expression);
            return true;
        }
        catch (SigstoreFormatException invalid)
        {
            throw new InputException($"{(expression is null ? exact : pattern).Name}: {invalid.Message}", invalid);
        }
    }

    private byte[] ReadCertificates(string file)
    {
        var content = GivenFile.Read(_caFile.Name, file, ResourceSecrets.LargestValue);
        return content.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) >= 0
            ? content
            : throw new InputException($"{_caFile.Name} {file}: there is no certificate in PEM in it (-----BEGIN CERTIFICATE-----).");
    }

    private byte[] ReadRoot(string file)
    {
        var content = TrustRoots.ReadChecked(_trustedRoot.Name, file);
        return content.Length <= ResourceSecrets.LargestValue
            ? content
            : throw new InputException($"{_trustedRoot.Name} {file}: it has {content.Length} bytes; at most {ResourceSecrets.LargestValue} are allowed here.");
    }
}
