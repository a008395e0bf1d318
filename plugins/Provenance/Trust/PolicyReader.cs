using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Trust;
using RegistryOperator.Sigstore.Verification;
using SigningKey = RegistryOperator.Sigstore.Signatures.VerificationKey;
using VerificationPolicy = RegistryOperator.Abstractions.Provenance.VerificationPolicy;

namespace RegistryOperator.Plugins.Provenance.Trust;

/// <summary>Reads the keys and identities of a resource's policy. One that can't be read fails the scan: a result without it would be another one.</summary>
internal sealed class PolicyReader(TrustedRoots roots)
{
    private const string Section = "spec.provenanceTracking.verification";

    /// <exception cref="ScanException">A key, a pattern or a Secret can't be used.</exception>
    public IReadOnlyList<PolicyEntry> Read(VerificationPolicy? policy, ScanSecrets secrets)
    {
        if (policy is null) return [];
        return
        [
            .. policy.Keys.SelectMany((key, index) => ReadKeys(key, secrets, $"{Section}.keys[{index}]")),
            .. policy.Keyless.Select((identity, index) => ReadIdentity(identity, secrets, $"{Section}.keyless[{index}]")),
        ];
    }

    /// <summary>A document may have several keys, of which any may have signed: while one takes the place of another.</summary>
    private static PolicyEntry[] ReadKeys(VerificationKey key, ScanSecrets secrets, string entry)
    {
        var path = entry + (key.SecretRef is null ? ".pem" : ".secretRef");
        var pem = key.SecretRef is { } reference ? Text(secrets, reference, path) : key.Pem ?? "";
        try
        {
            // Keys are mostly used where nothing is logged (--tlog-upload=false). What is logged by an instance that is known tells when it was signed.
            var verifier = new BundleVerifier(TrustedRoot.PublicGood);
            return
            [
                .. SigningKey.ReadPems(pem).Select(one => new PolicyEntry(verifier, new KeyPolicy(one, RequiresLogEntry: false))
                {
                    Field = entry,
                    RootOrigin = "The trusted root that comes with the operator was used.",
                }),
            ];
        }
        catch (Exception invalid) when (invalid is FormatException or System.Security.Cryptography.CryptographicException)
        {
            throw new ScanException("InvalidKey", $"{path}{Named(key.SecretRef)}: {Sentence(invalid)}");
        }
    }

    private PolicyEntry ReadIdentity(KeylessIdentity identity, ScanSecrets secrets, string path)
    {
        try
        {
            var policy = new KeylessPolicy(
                Pattern(identity.Identity, identity.IdentityPattern), Pattern(identity.Issuer, identity.IssuerPattern));
            var reference = identity.TrustedRoot?.SecretRef;
            var rootPath = $"{path}.trustedRoot.secretRef";
            return new PolicyEntry(new BundleVerifier(RootOf(reference, secrets, rootPath)), policy)
            {
                Field = path,
                RootOrigin = reference is null
                    ? $"The one that comes with the operator was used; {rootPath} names another."
                    : $"It is that of {rootPath}{Named(reference)}.",
            };
        }
        catch (SigstoreFormatException invalid)
        {
            throw new ScanException("InvalidIdentity", $"{path}: {invalid.Message}");
        }
    }

    private TrustedRoot RootOf(SecretKeyReference? reference, ScanSecrets secrets, string path)
    {
        if (reference is null) return TrustedRoot.PublicGood;
        try
        {
            return roots.Read(Bytes(secrets, reference, path));
        }
        catch (SigstoreFormatException invalid)
        {
            throw new ScanException("InvalidSecret", $"{path}{Named(reference)}: {invalid.Message}");
        }
    }

    private static NamePattern Pattern(string? name, string? pattern) =>
        pattern is null ? NamePattern.Exactly(name ?? "") : NamePattern.Matching(pattern);

    private static string Text(ScanSecrets secrets, SecretKeyReference reference, string path)
    {
        _ = Bytes(secrets, reference, path);
        try
        {
            return secrets.GetText(reference);
        }
        catch (ScanException)
        {
            throw new ScanException("InvalidKey", $"{path}{Named(reference)}: it is no text. Put a public key in PEM into it.");
        }
    }

    private static ReadOnlyMemory<byte> Bytes(ScanSecrets secrets, SecretKeyReference reference, string path) => secrets.Contains(reference)
        ? secrets.Get(reference)
        : throw new ScanException("InvalidSecret", $"{path}: there is no {reference}. Make it in the resource's namespace.");

    private static string Named(SecretKeyReference? reference) => reference is null ? "" : $" ({reference})";

    /// <summary>The library's sentences; the platform's would quote what is no key, and may be a secret.</summary>
    private static string Sentence(Exception invalid) => invalid is SigstoreFormatException
        ? invalid.Message
        : "The key is no PEM public key: give -----BEGIN PUBLIC KEY----- and its lines.";
}
