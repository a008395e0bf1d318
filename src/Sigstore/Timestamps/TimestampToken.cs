using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Timestamps;

/// <summary>
/// A signed timestamp (RFC 3161), alone or in the response of an authority. .NET's own type is not used: it can't tell a token whose certificate was not
/// valid from one that can't be read.
/// </summary>
internal sealed class TimestampToken
{
    private const int Largest = 64 * 1024;
    private const string TokenInfo = "1.2.840.113549.1.9.16.1.4";
    private const string SigningCertificate = "1.2.840.113549.1.9.16.2.12";
    private const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";

    private readonly SignerInfo _signer;
    private readonly Rfc3161TimestampTokenInfo _info;

    private TimestampToken(SignerInfo signer, Rfc3161TimestampTokenInfo info)
    {
        _signer = signer;
        _info = info;
    }

    public DateTimeOffset Time => _info.Timestamp;

    /// <summary>Nothing of it is verified by reading.</summary>
    public static TimestampToken Read(byte[] der)
    {
        try
        {
            if (der.Length > Largest) throw Invalid($"has {der.Length} bytes; up to {Largest} are read");
            var cms = new SignedCms();
            cms.Decode(Unwrap(der).Span);
            if (cms.ContentInfo.ContentType.Value != TokenInfo || cms.SignerInfos.Count != 1)
            {
                throw Invalid(
                    "is no time-stamp token of RFC 3161 with one signature");
            }
            return Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var info, out _)
                ? new TimestampToken(cms.SignerInfos[0], info)
                : throw Invalid("tells no time as RFC 3161 has it");
        }
        catch (Exception problem) when (problem is not RejectedException && Unreadable.Is(problem))
        {
            throw Invalid($"can't be read: {problem.Message}");
        }
    }

    /// <summary>Whether the token is for some bytes.</summary>
    public bool IsFor(ReadOnlySpan<byte> bytes) => HashOf(_info.HashAlgorithmId.Value) is { } hash
        ? _info.GetMessageHash().Span.SequenceEqual(CryptographicOperations.HashData(hash, bytes))
        : throw new RejectedException(
            VerificationReasons.UnsupportedAlgorithm,
            $"The signed timestamp's digest is by {_info.HashAlgorithmId.Value}; SHA-256, SHA-384 and SHA-512 are supported.");

    /// <summary>Whether the token says that a certificate signed it.</summary>
    public bool Names(X509Certificate2 certificate) => _signer.SignerIdentifier.Value is System.Security.Cryptography.Xml.X509IssuerSerial named
        && named.IssuerName == certificate.Issuer
        && string.Equals(named.SerialNumber, certificate.SerialNumber, StringComparison.OrdinalIgnoreCase);

    /// <summary>The signer's certificate, DER, where the token brings it along; a stranger's, until an authority has issued it.</summary>
    public byte[]? EmbeddedSigner => _signer.Certificate?.RawData;

    /// <summary>Whether the signature verifies with a certificate, and is bound to it.</summary>
    public bool IsSignedBy(X509Certificate2 certificate)
    {
        try
        {
            if (!IsBoundTo(certificate.RawData)) return false;
            _signer.CheckSignature([certificate], verifySignatureOnly: true);
            return true;
        }
        catch (Exception problem) when (Unreadable.Is(problem))
        {
            return false;
        }
    }

    /// <summary>The signature covers the certificate's digest, so that another with the same key can't take its place (RFC 5035).</summary>
    private bool IsBoundTo(byte[] certificate)
    {
        foreach (var attribute in _signer.SignedAttributes)
        {
            if (attribute.Oid.Value is not (SigningCertificate or SigningCertificateV2)) continue;
            if (attribute.Values.Count != 1) return false;
            var id = new AsnReader(attribute.Values[0].RawData, AsnEncodingRules.BER).ReadSequence().ReadSequence().ReadSequence();
            HashAlgorithmName? hash = attribute.Oid.Value == SigningCertificate ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
            if (id.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) hash = HashOf(id.ReadSequence().ReadObjectIdentifier());
            return hash is { } algorithm && id.ReadOctetString().AsSpan().SequenceEqual(CryptographicOperations.HashData(algorithm, certificate));
        }

        return false;
    }

    private static HashAlgorithmName? HashOf(string? oid) => oid switch
    {
        "2.16.840.1.101.3.4.2.1" => Digests.Algorithms[0],
        "2.16.840.1.101.3.4.2.2" => Digests.Algorithms[1],
        "2.16.840.1.101.3.4.2.3" => Digests.Algorithms[2],
        _ => null,
    };

    /// <summary>The token in a <c>TimeStampResp</c>, which has a status before it.</summary>
    private static ReadOnlyMemory<byte> Unwrap(byte[] der)
    {
        var response = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        if (response.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return der;
        var status = response.ReadSequence();
        if (!status.TryReadInt32(out var code) || code is not (0 or 1)) throw Invalid($"was not granted by the authority (status {code})");
        return response.ReadEncodedValue();
    }

    private static RejectedException Invalid(string what) => new(VerificationReasons.TimestampInvalid, $"A signed timestamp {what}.");
}
