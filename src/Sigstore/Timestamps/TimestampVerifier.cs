using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Sigstore.Timestamps;

/// <param name="Time">When the signature existed.</param>
/// <param name="Authority">Who says so.</param>
internal sealed record TrustedTime(DateTimeOffset Time, TrustedAuthority Authority);

/// <summary>Verifies signed timestamps with the authorities of a trusted root.</summary>
internal sealed class TimestampVerifier(TrustedRoot root)
{
    /// <summary>Null where the token is by an authority that the root does not know.</summary>
    /// <param name="der">The response, or the token.</param>
    /// <param name="signature">The bytes that are timestamped.</param>
    public TrustedTime? Verify(byte[] der, byte[] signature)
    {
        var token = TimestampToken.Read(der);
        if (!token.IsFor(signature))
            throw new RejectedException(VerificationReasons.TimestampMismatch, "A signed timestamp is for other bytes than the bundle's signature.");
        RejectedException? problem = null;
        foreach (var authority in root.TimestampAuthorities)
        {
            try
            {
                if (IsBy(authority, token)) return new TrustedTime(token.Time, authority);
            }
            catch (RejectedException refused)
            {
                problem ??= refused;
            }
        }

        return problem is null ? null : throw problem;
    }

    private static bool IsBy(TrustedAuthority authority, TimestampToken token) =>
        authority.Signer is { } signer ? IsBySigner(authority, signer, token) : IsByIssued(authority, token);

    private static bool IsBySigner(TrustedAuthority authority, Certificate signer, TimestampToken token)
    {
        using var lease = authority.Signers.Rent();
        if (!token.Names(lease.Key)) return false;
        if (!token.IsSignedBy(lease.Key))
            throw new RejectedException(VerificationReasons.TimestampInvalid, $"The signature of a timestamp by {Name(authority)} does not verify.");
        CheckCertificate(signer, authority.SignerPath, authority, token.Time);
        return true;
    }

    /// <summary>The root names no certificate that signs, so the token has to bring one that the authority issued: a stranger's key is not tried.</summary>
    private static bool IsByIssued(TrustedAuthority authority, TimestampToken token)
    {
        if (token.EmbeddedSigner is not { } der) return false;
        var signer = CertificateReader.Read(der, "The certificate of a timestamp");
        if (!authority.Issuers.IsNamedBy(signer)) return false;
        CheckCertificate(signer, authority.Issuers.FindPath(signer), authority, token.Time);
        using var embedded = X509CertificateLoader.LoadCertificate(der);
        return token.IsSignedBy(embedded)
            ? true
            : throw new RejectedException(VerificationReasons.TimestampInvalid, $"The signature of a timestamp by {Name(authority)} does not verify.");
    }

    private static void CheckCertificate(Certificate signer, IReadOnlyList<Certificate>? path, TrustedAuthority authority, DateTimeOffset time)
    {
        if (path is null)
            throw new RejectedException(VerificationReasons.TimestampInvalid, $"The certificate of a timestamp is not issued by {Name(authority)}.");
        signer.CheckCriticalExtensions("The certificate of a timestamp");
        var maySign = signer.Extensions.KeyUsage is not { } use || (use & (X509KeyUsage.DigitalSignature | X509KeyUsage.NonRepudiation)) != X509KeyUsage.None;
        if (!signer.Extensions.ExtendedKeyUsagesAreCritical || signer.Extensions.ExtendedKeyUsages is not [CertificateExtensions.TimeStamping] || !maySign)
        {
            throw new RejectedException(
                VerificationReasons.TimestampInvalid,
                $"The certificate of a timestamp by {Name(authority)} is not for timestamps alone.");
        }
        IssuerSet.CheckPath(path, CertificateExtensions.TimeStamping);
        if (authority.Validity.Contains(time) && path.Prepend(signer).All(one => one.IsValidAt(time))) return;
        throw new RejectedException(
            VerificationReasons.TimestampAuthorityNotValid,
            $"A timestamp of {Words.Time(time)} by {Name(authority)} is of a time at which the authority, or a certificate of it, was not valid.");
    }

    private static string Name(TrustedAuthority authority) => authority.Uri.Length > 0 ? authority.Uri : "a timestamp authority of the trusted root";
}
