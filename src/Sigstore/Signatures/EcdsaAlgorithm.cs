using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>ECDSA with DER signatures.</summary>
internal sealed class EcdsaAlgorithm : IKeyAlgorithm
{
    private readonly Pool<ECDsa> _keys;

    private EcdsaAlgorithm(byte[] subjectPublicKeyInfo, ECDsa first, KeyType type)
    {
        Type = type;
        _keys = new Pool<ECDsa>(() => Create(subjectPublicKeyInfo));
        _keys.Return(first);
    }

    public KeyType Type { get; }

    /// <summary>Null where it is none, or on a curve that is not supported.</summary>
    public static EcdsaAlgorithm? Import(byte[] subjectPublicKeyInfo)
    {
        try
        {
            var key = Create(subjectPublicKeyInfo);
            var type = key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value switch
            {
                "1.2.840.10045.3.1.7" => KeyType.EcdsaP256,
                "1.3.132.0.34" => KeyType.EcdsaP384,
                "1.3.132.0.35" => KeyType.EcdsaP521,
                _ => KeyType.Unsupported,
            };
            return type != KeyType.Unsupported ? new EcdsaAlgorithm(subjectPublicKeyInfo, key, type) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var lease = _keys.Rent();
        return lease.Key.VerifyData(message, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    public bool VerifiesDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var lease = _keys.Rent();
        return lease.Key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static ECDsa Create(byte[] subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
        return read == subjectPublicKeyInfo.Length ? key : throw new CryptographicException("Bytes follow the key.");
    }
}
