using System.Formats.Asn1;
using System.Security.Cryptography;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>Reads DER certificates (RFC 5280, section 4.1).</summary>
internal static class CertificateReader
{
    private const int Largest = 64 * 1024;

    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag[] UniqueIdentifiers = [new(TagClass.ContextSpecific, 1), new(TagClass.ContextSpecific, 2)];
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    /// <param name="der">The certificate.</param>
    /// <param name="what">What it is, for messages.</param>
    public static Certificate Read(byte[] der, string what)
    {
        try
        {
            return der.Length <= Largest ? Read(der) : throw new CryptographicException($"It has {der.Length} bytes; up to {Largest} are read.");
        }
        catch (Exception problem) when (problem is AsnContentException or CryptographicException)
        {
            var kind = IsPublicKey(der) ? "is a public key where a certificate belongs" : $"is no X.509 certificate: {problem.Message}";
            throw RejectedException.Invalid($"{what} {kind}");
        }
    }

    private static Certificate Read(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var toBeSigned = certificate.PeekEncodedValue();
        var body = certificate.ReadSequence();
        var algorithm = certificate.ReadEncodedValue();
        var signature = certificate.ReadBitString(out var unused);
        certificate.ThrowIfNotEmpty();
        if (unused != 0) throw new CryptographicException("The signature is no whole number of bytes.");

        if (body.PeekTag().HasSameClassAndValue(Version)) body.ReadSequence(Version);
        body.ReadIntegerBytes();
        if (!body.ReadEncodedValue().Span.SequenceEqual(algorithm.Span)) throw new CryptographicException("The signature's algorithm is told in two ways.");
        var issuer = body.ReadEncodedValue();
        var validity = body.ReadSequence();
        var (notBefore, notAfter) = (ReadTime(validity), ReadTime(validity));
        var subject = body.ReadEncodedValue();
        var key = body.ReadEncodedValue().ToArray();
        CertificateExtensions? extensions = null;
        foreach (var identifier in UniqueIdentifiers)
        {
            if (body.HasData && body.PeekTag().HasSameClassAndValue(identifier)) body.ReadEncodedValue();
        }

        if (body.HasData)
        {
            var outermost = body.ReadSequence(ExtensionsTag);
            extensions = CertificateExtensions.Read(outermost.ReadSequence());
            outermost.ThrowIfNotEmpty();
        }

        body.ThrowIfNotEmpty();
        return new Certificate
        {
            Raw = der,
            ToBeSigned = toBeSigned,
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SubjectPublicKeyInfo = key,
            SignatureHash = HashOf(algorithm),
            Signature = signature,
            Extensions = extensions ?? new CertificateExtensions(),
        };
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static HashAlgorithmName HashOf(ReadOnlyMemory<byte> algorithm) =>
        new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" or "1.2.840.113549.1.1.10" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" or "1.3.101.112" => HashAlgorithmName.SHA512,
            var oid => throw new CryptographicException($"Signatures of the algorithm {oid} are not supported."),
        };

    private static bool IsPublicKey(byte[] der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            reader.ReadSequence();
            reader.ReadBitString(out _);
            return !reader.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
