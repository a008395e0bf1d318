using System.Formats.Asn1;
using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>The extensions that decide about a certificate, and the raw ones of Fulcio.</summary>
internal sealed class CertificateExtensions
{
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";
    public const string CertificateTimestamps = "1.3.6.1.4.1.11129.2.4.2";
    public const string Poison = "1.3.6.1.4.1.11129.2.4.3";
    private const string BasicConstraints = "2.5.29.19";
    private const string NameConstraints = "2.5.29.30";
    private const string AnyUsage = "2.5.29.37.0";

    /// <summary>More than Fulcio's certificates have by far.</summary>
    private const int Most = 64;

    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    public byte[]? SubjectKeyId { get; private set; }

    public byte[]? AuthorityKeyId { get; private set; }

    public bool IsAuthority { get; private set; }

    /// <summary>False for old certificates, which do not say whether they are an authority's.</summary>
    public bool SayWhetherAuthority => _values.ContainsKey(BasicConstraints);

    /// <summary>How many issuers may stand between this one and a leaf; null for any number.</summary>
    public int? PathLength { get; private set; }

    /// <summary>Null where it is not restricted.</summary>
    public X509KeyUsage? KeyUsage { get; private set; }

    /// <summary>Null where they are not restricted.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages { get; private set; }

    public bool ExtendedKeyUsagesAreCritical { get; private set; }

    /// <summary>The first that is critical and not known here.</summary>
    public string? UnknownCritical { get; private set; }

    public bool MayBeUsedFor(string usage) => ExtendedKeyUsages is null || ExtendedKeyUsages.Contains(usage) || ExtendedKeyUsages.Contains(AnyUsage);

    /// <summary>What an extension contains; null where the certificate has none of it.</summary>
    public byte[]? Value(string oid) => _values.GetValueOrDefault(oid);

    /// <summary>Reads <c>Extensions ::= SEQUENCE OF Extension</c>.</summary>
    public static CertificateExtensions Read(AsnReader list)
    {
        var extensions = new CertificateExtensions();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.HasData && extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!extensions._values.TryAdd(oid, value) || extensions._values.Count > Most)
                throw new CryptographicException($"The extension {oid} is there twice, or there are too many.");
            extensions.Take(oid, critical, value);
        }

        return extensions;
    }

    private void Take(string oid, bool critical, byte[] value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        switch (oid)
        {
            case "2.5.29.14":
                SubjectKeyId = reader.ReadOctetString();
                break;
            case "2.5.29.35":
                var identifier = reader.ReadSequence();
                var keyId = new Asn1Tag(TagClass.ContextSpecific, 0);
                if (identifier.HasData && identifier.PeekTag().HasSameClassAndValue(keyId)) AuthorityKeyId = identifier.ReadOctetString(keyId);
                break;
            case BasicConstraints:
                var constraints = reader.ReadSequence();
                IsAuthority = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
                if (!constraints.HasData) break;
                PathLength = constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new CryptographicException("No path length.");
                break;
            case "2.5.29.15":
                KeyUsage = (X509KeyUsage)reader.ReadNamedBitListValue<X509KeyUsage>();
                break;
            case "2.5.29.37":
                var usages = new List<string>();
                var all = reader.ReadSequence();
                while (all.HasData) usages.Add(all.ReadObjectIdentifier());
                ExtendedKeyUsages = usages;
                ExtendedKeyUsagesAreCritical = critical;
                break;
            // The names are read where the identity is asked for; certificate timestamps and Fulcio's claims restrict nothing.
            case "2.5.29.17" or CertificateTimestamps:
                return;
            // Issuers that are bound to names are refused, also where the extension is not critical, as RFC 5280 has it: which names, is not looked at.
            case NameConstraints:
                UnknownCritical ??= oid;
                return;
            default:
                if (critical) UnknownCritical ??= oid;
                return;
        }

        reader.ThrowIfNotEmpty();
    }
}

/// <summary>RFC 5280, section 4.2.1.3: bit 0 is the first.</summary>
[Flags]
internal enum X509KeyUsage
{
    None = 0,
    DigitalSignature = 1 << 0,
    NonRepudiation = 1 << 1,
    KeyEncipherment = 1 << 2,
    DataEncipherment = 1 << 3,
    KeyAgreement = 1 << 4,
    KeyCertSign = 1 << 5,
    CrlSign = 1 << 6,
    EncipherOnly = 1 << 7,
    DecipherOnly = 1 << 8,
}
