using System.Formats.Asn1;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>Tells a key's kind before the platform is asked, which has many ways to refuse a stranger's.</summary>
internal static class KeyTypes
{
    public static KeyType Of(byte[] subjectPublicKeyInfo)
    {
        try
        {
            var algorithm = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            return algorithm.ReadObjectIdentifier() switch
            {
                "1.2.840.113549.1.1.1" => KeyType.Rsa,
                "1.3.101.112" => KeyType.Ed25519,
                "1.2.840.10045.2.1" => CurveOf(algorithm),
                _ => KeyType.Unsupported,
            };
        }
        catch (AsnContentException)
        {
            return KeyType.Unsupported;
        }
    }

    private static KeyType CurveOf(AsnReader parameters) => parameters.PeekTag() != Asn1Tag.ObjectIdentifier
        ? KeyType.Unsupported
        : parameters.ReadObjectIdentifier() switch
        {
            "1.2.840.10045.3.1.7" => KeyType.EcdsaP256,
            "1.3.132.0.34" => KeyType.EcdsaP384,
            "1.3.132.0.35" => KeyType.EcdsaP521,
            _ => KeyType.Unsupported,
        };
}
