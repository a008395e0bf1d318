using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;
using RegistryOperator.Sigstore.Signatures;

namespace RegistryOperator.Sigstore.Trust;

/// <summary>A certificate authority, or a timestamp authority, of a trusted root.</summary>
public sealed class TrustedAuthority
{
    /// <summary>Far more than any authority has.</summary>
    private const int MostCertificates = 16;

    private TrustedAuthority(string uri, Validity validity, IReadOnlyList<Certificate> certificates)
    {
        Uri = uri;
        Validity = validity;
        Certificates = certificates;
        Issuers = new IssuerSet(certificates);
        Signers = new Pool<X509Certificate2>(() => X509CertificateLoader.LoadCertificate(certificates[0].Raw));
        SignerPath = Signer is null ? null : Issuers.FindPath(Signer);
    }

    /// <summary>The authority's URL.</summary>
    public string Uri { get; }

    /// <summary>Its distinguished name, as its first certificate has it; empty where that can't be read.</summary>
    public string Name => NameOf(Certificates[0]);

    /// <summary>When its signatures count.</summary>
    public Validity Validity { get; }

    /// <summary>What kind of key it signs with: that of its first certificate.</summary>
    public KeyType KeyType => Certificates[0].Key.Type;

    /// <summary>The SHA-256 of that key, in hexadecimal digits.</summary>
    public string KeyId => Certificates[0].Key.Fingerprint;

    /// <summary>The last one is the trust anchor.</summary>
    internal IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>The certificate that signs, where the root names it, as it does for timestamp authorities.</summary>
    internal Certificate? Signer => Certificates.Count > 1 && !Certificates[0].Extensions.IsAuthority ? Certificates[0] : null;

    /// <summary>From the issuer of <see cref="Signer"/> to the anchor, verified.</summary>
    internal IReadOnlyList<Certificate>? SignerPath { get; }

    /// <summary><see cref="Signer"/> as the platform has it.</summary>
    internal Pool<X509Certificate2> Signers { get; }

    internal IssuerSet Issuers { get; }

    internal static TrustedAuthority Read(JsonMessage authority)
    {
        var chain = authority.RequiredMessage("certChain");
        var certificates = chain.Messages("certificates", MostCertificates)
            .Select(one => CertificateReader.Read(one.RequiredBytes("rawBytes"), one.Where))
            .ToArray();
        if (certificates.Length == 0) throw RejectedException.Invalid($"{chain.Where}.certificates is empty.");
        return new TrustedAuthority(authority.Text("uri") ?? "", Validity.Read(authority.Message("validFor"), certificates), certificates);
    }

    /// <summary>For display alone: names are compared by their DER.</summary>
    private static string NameOf(Certificate certificate)
    {
        try
        {
            return new X500DistinguishedName(certificate.Subject.Span).Name;
        }
        catch (CryptographicException)
        {
            return "";
        }
    }
}
