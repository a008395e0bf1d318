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

    private static bool IsBy(TrustedAuthority authority, TimestampToken token)
    {
        // Loaded for each token: .NET's certificates are not promised to be thread-safe.
        using var known = authority.Signer is { } own ? X509CertificateLoader.LoadCertificate(own.Raw) : null;
        var isNamed = known is not null && token.Names(known);
        if (known is not null && !isNamed) return false;
        if (token.FindSigner(known) is not { } signer)
        {
            return isNamed
                ? throw new RejectedException(VerificationReasons.TimestampInvalid, $"The signature of a timestamp by {Name(authority)} does not verify.")
                : false;
        }

        var certificate = authority.Signer ?? CertificateReader.Read(signer, "The certificate of a timestamp");
        if (authority.Signer is null && !authority.Issuers.IsNamedBy(certificate)) return false;
        CheckCertificate(certificate, authority, token.Time);
        return true;
    }

    private static void CheckCertificate(Certificate signer, TrustedAuthority authority, DateTimeOffset time)
    {
        var path = (authority.Signer is null ? authority.Issuers.FindPath(signer) : authority.SignerPath)
            ?? throw new RejectedException(VerificationReasons.TimestampInvalid, $"The certificate of a timestamp is not issued by {Name(authority)}.");
        signer.CheckCriticalExtensions("The certificate of a timestamp");
        if (!signer.Extensions.ExtendedKeyUsagesAreCritical || signer.Extensions.ExtendedKeyUsages is not [CertificateExtensions.TimeStamping])
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
