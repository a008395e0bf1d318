using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace RegistryOperator.Tests.Pki;

/// <summary>A timestamp authority (RFC 3161).</summary>
public sealed class TestTimestampAuthority
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _signer;

    public TestTimestampAuthority(
        string usage = "1.3.6.1.5.5.7.3.8", bool isCritical = true, DateTimeOffset? notAfter = null, string? issuerUsage = null,
        X509KeyUsageFlags keyUsage = X509KeyUsageFlags.DigitalSignature)
    {
        Authority = new TestAuthority("timestamps", usage: issuerUsage);
        _signer = Authority.IssueForTimestamps(_key, usage, isCritical, notAfter, keyUsage);
    }

    public TestAuthority Authority { get; }

    public IReadOnlyList<byte[]> Chain => [_signer.RawData, .. Authority.Chain];

    /// <summary>A response with a token.</summary>
    /// <param name="bytes">What is timestamped.</param>
    /// <param name="time">When.</param>
    /// <param name="embeds">Whether the token has the certificate.</param>
    /// <param name="isBound">Whether the signature covers the certificate.</param>
    /// <param name="status">0 for granted.</param>
    public byte[] Stamp(byte[] bytes, DateTimeOffset time, bool embeds = false, bool isBound = true, int status = 0)
    {
        var info = new Rfc3161TimestampTokenInfo(
            new Oid("1.2.3.4"), new Oid("2.16.840.1.101.3.4.2.1"), SHA256.HashData(bytes), new byte[] { 7 }, time);
        var cms = new SignedCms(new ContentInfo(new Oid("1.2.840.113549.1.9.16.1.4"), info.Encode()));
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _signer, _key)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = embeds ? X509IncludeOption.EndCertOnly : X509IncludeOption.None,
        };
        if (isBound) signer.SignedAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.47"), SigningCertificate()));
        cms.ComputeSignature(signer);

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteInteger(status);
            writer.WriteEncodedValue(cms.Encode());
        }

        return writer.Encode();
    }

    private byte[] SigningCertificate()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence()) writer.WriteOctetString(SHA256.HashData(_signer.RawData));
        return writer.Encode();
    }
}
