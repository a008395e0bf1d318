using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Transparency;

/// <summary>What kind of digest an entry has.</summary>
internal enum LoggedDigest
{
    /// <summary>Of the artifact; for an envelope, of what its signature is over.</summary>
    Message,

    /// <summary>Of an envelope's payload.</summary>
    Payload,
}

/// <summary>What a log's entry says about a signature.</summary>
/// <param name="DigestOf">What <paramref name="Digest"/> is of.</param>
/// <param name="Algorithm">Of the digest.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Signatures">All of an envelope, or the one.</param>
/// <param name="IsRekor2">Of a log that tells no time.</param>
internal sealed record LoggedEntry(
    LoggedDigest DigestOf, HashAlgorithmName Algorithm, byte[] Digest, IReadOnlyList<LoggedSignature> Signatures, bool IsRekor2);

/// <param name="Signature">As the algorithm gives it.</param>
/// <param name="Verifier">A certificate, or a SubjectPublicKeyInfo; DER.</param>
internal sealed record LoggedSignature(byte[] Signature, byte[] Verifier);
