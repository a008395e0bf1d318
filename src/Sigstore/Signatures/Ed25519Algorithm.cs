using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>Ed25519 over messages, and Ed25519ph over their SHA-512.</summary>
internal sealed class Ed25519Algorithm : IKeyAlgorithm
{
    /// <summary>What stands before the 32 bytes of the key in a SubjectPublicKeyInfo (RFC 8410): there is one DER encoding alone.</summary>
    private static ReadOnlySpan<byte> Header => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>Decoded once; never written to.</summary>
    private readonly Ed25519.PublicPoint _key;

    private Ed25519Algorithm(Ed25519.PublicPoint key) => _key = key;

    public KeyType Type => KeyType.Ed25519;

    /// <summary>Null where it is none.</summary>
    public static Ed25519Algorithm? Import(byte[] subjectPublicKeyInfo)
    {
        if (subjectPublicKeyInfo.Length != Header.Length + Ed25519.PublicKeySize || !subjectPublicKeyInfo.AsSpan().StartsWith(Header)) return null;
        return Ed25519.ValidatePublicKeyFullExport(subjectPublicKeyInfo, Header.Length) is { } key ? new Ed25519Algorithm(key) : null;
    }

    /// <summary>The 32 bytes of a key.</summary>
    public static ReadOnlySpan<byte> RawKey(ReadOnlySpan<byte> subjectPublicKeyInfo) => subjectPublicKeyInfo[Header.Length..];

    public bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature.ToArray(), 0, _key, message.ToArray(), 0, message.Length);

    public bool VerifiesDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        hash == HashAlgorithmName.SHA512 && digest.Length == Ed25519.PrehashSize && signature.Length == Ed25519.SignatureSize
        && Ed25519.VerifyPrehash(signature.ToArray(), 0, _key, [], digest.ToArray(), 0);
}
