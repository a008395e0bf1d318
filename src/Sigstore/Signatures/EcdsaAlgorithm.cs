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

    /// <summary>Null where it is none, such as a point that is not on the curve.</summary>
    public static EcdsaAlgorithm? Import(byte[] subjectPublicKeyInfo, KeyType curve)
    {
        try
        {
            return new EcdsaAlgorithm(subjectPublicKeyInfo, Create(subjectPublicKeyInfo), curve);
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
