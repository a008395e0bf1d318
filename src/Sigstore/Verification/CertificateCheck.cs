using System.Security.Cryptography;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>That an authority of the trusted root issued a certificate, logged it, and for whom.</summary>
internal sealed class CertificateCheck(TrustedRoot root)
{
    /// <summary>Refuses a certificate that was not one for signing at each of the times.</summary>
    /// <returns>Its issuer.</returns>
    public Certificate CheckChain(Certificate leaf, IReadOnlyList<DateTimeOffset> times)
    {
        if (leaf.IsSelfIssued || leaf.Extensions.IsAuthority)
            throw new RejectedException(VerificationReasons.UntrustedCertificate, "The signing certificate is an authority's own, or self-signed.");
        var named = root.CertificateAuthorities.Where(authority => authority.Issuers.IsNamedBy(leaf)).ToArray();
        if (named.Length == 0) throw root.DoesNotKnow("The authority that issued the signing certificate");
        var found = named.Select(authority => (authority.Validity, Path: authority.Issuers.FindPath(leaf))).Where(one => one.Path is not null).ToArray();
        if (found.Length == 0)
        {
            throw new RejectedException(
                VerificationReasons.UntrustedCertificate,
                "The signing certificate is not signed by the authority that it names.");
        }
        CheckUse(leaf);
        if (times.FirstOrDefault(time => !leaf.IsValidAt(time)) is var outside && outside != default) throw NotValid(leaf, outside);
        var path = found.FirstOrDefault(one => times.All(time => IsValidAt(one, time))).Path ?? throw NotValid(leaf, times[0]);
        IssuerSet.CheckPath(path, CertificateExtensions.CodeSigning);
        return path[0];
    }

    /// <summary>Refuses a certificate that no certificate log of the trusted root has seen, where that has such logs.</summary>
    public void CheckLogged(Certificate leaf, Certificate issuer)
    {
        if (root.CertificateLogs.Count == 0) return;
        var timestamps = CertificateTimestamp.Read(leaf, issuer);
        if (timestamps.Count == 0)
        {
            throw new RejectedException(
                VerificationReasons.SctMissing,
                $"The signing certificate has no signed certificate timestamp, though {root.Description} has certificate logs.");
        }
        var known = timestamps
            .SelectMany(sct => root.CertificateLogs.Where(log => log.Id.AsSpan().SequenceEqual(sct.LogId)), (Sct, Log) => (Sct, Log))
            .ToArray();
        if (known.Length == 0) throw root.DoesNotKnow($"The certificate log {Convert.ToBase64String(timestamps[0].LogId)}");
        if (known.Any(one => one.Log.Validity.Contains(one.Sct.Time) && IsSigned(one.Sct, one.Log))) return;
        throw new RejectedException(
            VerificationReasons.SctInvalid,
            $"No signed certificate timestamp of the signing certificate verifies: {known[0].Log.Uri} did not sign it, "
                + $"or was not trusted at {Words.Time(known[0].Sct.Time)}.");
    }

    /// <summary>Refuses a certificate for somebody whom the policy does not name.</summary>
    public static (string Identity, FulcioClaims Claims) CheckIdentity(Certificate leaf, KeylessPolicy policy)
    {
        var identity = SubjectNames.ReadIdentity(leaf);
        var claims = FulcioClaims.Read(leaf.Extensions);
        if (!policy.Issuer.Accepts(claims.Issuer ?? ""))
        {
            throw new RejectedException(
                VerificationReasons.IssuerMismatch,
                $"The identity was told by {Words.Quote(claims.Issuer)}; the policy accepts {policy.Issuer}.");
        }
        if (!policy.Identity.Accepts(identity))
        {
            throw new RejectedException(
                VerificationReasons.IdentityMismatch,
                $"It is signed by {Words.Quote(identity)}; the policy accepts {policy.Identity}.");
        }
        return (identity, claims);
    }

    private static void CheckUse(Certificate leaf)
    {
        leaf.CheckCriticalExtensions("The signing certificate");
        var isForSigning = leaf.Extensions.ExtendedKeyUsages is { } usages && usages.Contains(CertificateExtensions.CodeSigning)
            && (leaf.Extensions.KeyUsage is not { } use || use.HasFlag(X509KeyUsage.DigitalSignature));
        if (!isForSigning) throw new RejectedException(VerificationReasons.UntrustedCertificate, "The signing certificate is not one for signing code.");
    }

    private static bool IsSigned(CertificateTimestamp sct, TrustedLog log) => log.Key.Verifies(sct.SignedData, sct.Signature, HashAlgorithmName.SHA256);

    private static bool IsValidAt((Validity Validity, IReadOnlyList<Certificate>? Path) one, DateTimeOffset time) =>
        one.Validity.Contains(time) && one.Path!.All(issuer => issuer.IsValidAt(time));

    private static RejectedException NotValid(Certificate leaf, DateTimeOffset time) => new(
        VerificationReasons.CertificateNotValid,
        leaf.IsValidAt(time)
            ? $"The signature is of {Words.Time(time)}, when the authority of the signing certificate was not valid in the trusted root."
            : $"The signature is of {Words.Time(time)}, "
                + $"and the signing certificate was valid from {Words.Time(leaf.NotBefore)} to {Words.Time(leaf.NotAfter)}.");
}
