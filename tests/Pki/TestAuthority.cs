using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RegistryOperator.Tests.Pki;

/// <summary>What a signing certificate is to be.</summary>
public sealed record CertificateOrder
{
    public string Identity { get; init; } = TestInstance.Identity;

    public string Issuer { get; init; } = TestInstance.Issuer;

    public DateTimeOffset NotBefore { get; init; } = TestInstance.Now.AddMinutes(-1);

    public DateTimeOffset NotAfter { get; init; } = TestInstance.Now.AddMinutes(9);

    public string Usage { get; init; } = "1.3.6.1.5.5.7.3.3";

    /// <summary>How the identity is told: URI, email, user name (Fulcio's own), two, or none.</summary>
    public string Name { get; init; } = "URI";

    public bool HasUnknownCriticalExtension { get; init; }

    public X509KeyUsageFlags KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>Whether it may issue others.</summary>
    public bool IsAuthority { get; init; }

    /// <summary>Makes the signed certificate timestamps of what the log is shown, with its issuer's key; null for a certificate without.</summary>
    public Func<byte[], byte[], byte[]>? Timestamps { get; init; }
}

/// <summary>An authority with a root and an intermediate.</summary>
public sealed class TestAuthority
{
    public static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2035, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _intermediate;

    /// <param name="name">The beginning of its names.</param>
    /// <param name="end">Of the intermediate.</param>
    /// <param name="usage">What the intermediate may issue for; null for anything.</param>
    public TestAuthority(string name = "test", DateTimeOffset? end = null, string? usage = null)
    {
        var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var root = new CertificateRequest($"O={name}, CN={name}-root", rootKey, HashAlgorithmName.SHA384);
        AddAuthority(root);
        Root = root.CreateSelfSigned(Start, End);

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var intermediate = new CertificateRequest($"O={name}, CN={name}-intermediate", key, HashAlgorithmName.SHA384);
        AddAuthority(intermediate);
        AddIssuer(intermediate, Root);
        if (usage is not null) intermediate.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        _intermediate = intermediate.Create(Root, Start, end ?? End, [1, 2, 3]).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Root { get; }

    public IReadOnlyList<byte[]> Chain => [_intermediate.RawData, Root.RawData];

    public byte[] Issue(AsymmetricAlgorithm key, CertificateOrder order)
    {
        var request = Request("", key);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(order.KeyUsage, critical: true));
        if (order.IsAuthority) request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(order.Usage)], critical: false));
        AddIssuer(request, _intermediate);
        if (NameOf(order) is { } name) request.CertificateExtensions.Add(name);
        request.CertificateExtensions.Add(Claim(1, System.Text.Encoding.UTF8.GetBytes("https://an.older/issuer")));
        request.CertificateExtensions.Add(Claim(8, Utf8(order.Issuer)));
        foreach (var (number, text) in TestInstance.Claims) request.CertificateExtensions.Add(Claim(number, Utf8(text)));
        if (order.HasUnknownCriticalExtension) request.CertificateExtensions.Add(new X509Extension("1.2.3.4.5", [5, 0], critical: true));
        return Finish(request, order);
    }

    public X509Certificate2 IssueForTimestamps(
        ECDsa key, string usage = "1.3.6.1.5.5.7.3.8", bool isCritical = true, DateTimeOffset? notAfter = null,
        X509KeyUsageFlags keyUsage = X509KeyUsageFlags.DigitalSignature)
    {
        var request = Request("O=test, CN=tsa", key);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(keyUsage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], isCritical));
        return request.Create(_intermediate, Start, notAfter ?? End, RandomNumberGenerator.GetBytes(8));
    }

    private byte[] Finish(CertificateRequest request, CertificateOrder order)
    {
        byte[] serial = [0x11, .. RandomNumberGenerator.GetBytes(15)];
        // Not by the certificate itself, which would not issue beyond its own end.
        var issuer = X509SignatureGenerator.CreateForECDsa(_intermediate.GetECDsaPrivateKey()!);
        var plain = request.Create(_intermediate.SubjectName, issuer, order.NotBefore, order.NotAfter, serial);
        if (order.Timestamps is null) return plain.RawData;
        var toBeSigned = new AsnReader(plain.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
        var timestamps = order.Timestamps(toBeSigned, _intermediate.PublicKey.ExportSubjectPublicKeyInfo());
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.11129.2.4.2", OctetString(timestamps), critical: false));
        return request.Create(_intermediate.SubjectName, issuer, order.NotBefore, order.NotAfter, serial).RawData;
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA384);

    private static void AddIssuer(CertificateRequest request, X509Certificate2 issuer) => request.CertificateExtensions.Add(
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));

    private static void AddAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 1, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static X509Extension? NameOf(CertificateOrder order)
    {
        var names = new SubjectAlternativeNameBuilder();
        switch (order.Name)
        {
            case "URI":
                names.AddUri(new Uri(order.Identity));
                break;
            case "any URI":
                return new X509Extension("2.5.29.17", Text(new Asn1Tag(TagClass.ContextSpecific, 6), order.Identity), critical: true);
            case "email":
                names.AddEmailAddress(order.Identity);
                break;
            case "two":
                names.AddUri(new Uri(order.Identity));
                names.AddEmailAddress("somebody@example.test");
                break;
            case "user name":
                var writer = new AsnWriter(AsnEncodingRules.DER);
                using (writer.PushSequence())
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.4.1.57264.1.7");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, order.Identity);
                }

                return new X509Extension("2.5.29.17", writer.Encode(), critical: true);
            default:
                return null;
        }

        return names.Build(critical: true);
    }

    private static byte[] Text(Asn1Tag tag, string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence()) writer.WriteCharacterString(UniversalTagNumber.IA5String, text, tag);
        return writer.Encode();
    }

    private static X509Extension Claim(int number, byte[] value) => new($"1.3.6.1.4.1.57264.1.{number}", value, critical: false);

    private static byte[] Utf8(string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
        return writer.Encode();
    }

    private static byte[] OctetString(byte[] bytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(bytes);
        return writer.Encode();
    }
}
