using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>A signed certificate timestamp (RFC 6962, section 3.2): a log's promise to publish a certificate.</summary>
/// <param name="LogId">The SHA-256 of the log's key.</param>
/// <param name="Time">When the log promised it.</param>
/// <param name="SignedData">What the signature is over.</param>
/// <param name="Signature">By the log.</param>
internal sealed record CertificateTimestamp(byte[] LogId, DateTimeOffset Time, byte[] SignedData, byte[] Signature)
{
    private const byte Version1 = 0;
    private const byte PrecertificateEntry = 1;
    private const byte Sha256 = 4;
    private const int Most = 32;

    /// <summary>The timestamps in a certificate; none where it has no such extension.</summary>
    public static IReadOnlyList<CertificateTimestamp> Read(Certificate certificate, Certificate issuer)
    {
        if (certificate.Extensions.Value(CertificateExtensions.CertificateTimestamps) is not { } value) return [];
        try
        {
            ReadOnlySpan<byte> extension = new AsnReader(value, AsnEncodingRules.DER).ReadOctetString();
            var list = TakeVector(ref extension);
            var precertificate = PrecertificateOf(certificate.ToBeSigned);
            var issuerKeyHash = SHA256.HashData(issuer.SubjectPublicKeyInfo);
            var found = new List<CertificateTimestamp>();
            while (list.Length > 0 && found.Count < Most)
            {
                if (ReadOne(TakeVector(ref list), precertificate, issuerKeyHash) is { } timestamp) found.Add(timestamp);
            }

            return found;
        }
        catch (Exception problem) when (problem is AsnContentException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new RejectedException(VerificationReasons.SctInvalid, $"The certificate's signed certificate timestamps can't be read: {problem.Message}");
        }
    }

    private static CertificateTimestamp? ReadOne(ReadOnlySpan<byte> sct, byte[] precertificate, byte[] issuerKeyHash)
    {
        if (sct[0] != Version1) return null;
        var logId = sct.Slice(1, 32).ToArray();
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(sct[33..]);
        var rest = sct[41..];
        var extensions = TakeVector(ref rest);
        var hash = rest[0];
        rest = rest[2..];
        var signature = TakeVector(ref rest).ToArray();
        if (hash != Sha256 || rest.Length != 0 || milliseconds < 0 || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return null;

        // digitally-signed struct of section 3.2, with the PreCert of an embedded timestamp.
        var data = new byte[1 + 1 + 8 + 2 + 32 + 3 + precertificate.Length + 2 + extensions.Length];
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(2), milliseconds);
        data[11] = PrecertificateEntry;
        issuerKeyHash.CopyTo(data, 12);
        data[44] = (byte)(precertificate.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(45), (ushort)precertificate.Length);
        precertificate.CopyTo(data, 47);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(47 + precertificate.Length), (ushort)extensions.Length);
        extensions.CopyTo(data.AsSpan(49 + precertificate.Length));
        return new CertificateTimestamp(logId, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), data, signature);
    }

    /// <summary>The certificate as the log saw it: without the timestamps that the log was yet to give.</summary>
    private static byte[] PrecertificateOf(ReadOnlyMemory<byte> toBeSigned)
    {
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3);
        var body = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (body.HasData)
            {
                if (!body.PeekTag().HasSameClassAndValue(extensionsTag))
                {
                    writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                    continue;
                }

                var list = body.ReadSequence(extensionsTag).ReadSequence();
                using (writer.PushSequence(extensionsTag))
                using (writer.PushSequence())
                {
                    while (list.HasData)
                    {
                        var extension = list.ReadEncodedValue();
                        var oid = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();
                        if (oid is not (CertificateExtensions.CertificateTimestamps or CertificateExtensions.Poison)) writer.WriteEncodedValue(extension.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>A vector of TLS with two bytes of length.</summary>
    private static ReadOnlySpan<byte> TakeVector(scoped ref ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        var vector = bytes.Slice(2, length);
        bytes = bytes[(2 + length)..];
        return vector;
    }
}
