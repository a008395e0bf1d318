using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>RSA, PKCS #1 v1.5 or PSS: a public key does not say which.</summary>
internal sealed class RsaAlgorithm : IKeyAlgorithm
{
    private const int SmallestBits = 2048;

    /// <summary>Larger ones take long to verify, and strangers choose them.</summary>
    private const int LargestBits = 8192;

    /// <summary>PSS with a salt as long as the hash.</summary>
    private static readonly RSASignaturePadding[] Paddings = [RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss];

    private readonly Pool<RSA> _keys;

    private RsaAlgorithm(byte[] subjectPublicKeyInfo, RSA first)
    {
        _keys = new Pool<RSA>(() => Create(subjectPublicKeyInfo));
        _keys.Return(first);
    }

    public KeyType Type => KeyType.Rsa;

    /// <summary>Null where it is none, or of a size that is not supported.</summary>
    public static RsaAlgorithm? Import(byte[] subjectPublicKeyInfo)
    {
        try
        {
            var key = Create(subjectPublicKeyInfo);
            return key.KeySize is >= SmallestBits and <= LargestBits ? new RsaAlgorithm(subjectPublicKeyInfo, key) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        VerifiesDigest(CryptographicOperations.HashData(hash, message), signature, hash);

    public bool VerifiesDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var lease = _keys.Rent();
        foreach (var padding in Paddings)
        {
            if (lease.Key.VerifyHash(digest, signature, hash, padding)) return true;
        }

        return false;
    }

    private static RSA Create(byte[] subjectPublicKeyInfo)
    {
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
        return read == subjectPublicKeyInfo.Length ? key : throw new CryptographicException("Bytes follow the key.");
    }
}
