using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>One key with its algorithm; safe for use by several threads.</summary>
internal interface IKeyAlgorithm
{
    KeyType Type { get; }

    bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash);

    bool VerifiesDigest(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash);
}
