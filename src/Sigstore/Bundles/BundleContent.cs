using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>Which rules a bundle follows.</summary>
internal enum BundleVersion
{
    /// <summary>What cosign wrote before there were bundles; the rules of 0.1.</summary>
    Legacy,

    /// <summary>An inclusion promise is needed.</summary>
    V01,

    /// <summary>An inclusion proof is needed.</summary>
    V02,

    /// <summary>And a single certificate instead of a chain.</summary>
    V03,
}

/// <summary>A bundle as it was read, nothing of it verified.</summary>
/// <param name="Version">Which rules it follows.</param>
/// <param name="Signed">What is signed, with the signatures.</param>
/// <param name="Certificates">The signing certificate, then others, DER; none where a key is to be known.</param>
/// <param name="Entries">Entries of transparency logs.</param>
/// <param name="Timestamps">RFC 3161 responses or tokens, DER.</param>
internal sealed record BundleContent(
    BundleVersion Version, SignedContent Signed, IReadOnlyList<byte[]> Certificates, IReadOnlyList<LogEntry> Entries, IReadOnlyList<byte[]> Timestamps);

/// <summary>What is signed.</summary>
internal abstract record SignedContent;

/// <summary>A signature over an artifact.</summary>
/// <param name="Signature">As the algorithm gives it.</param>
/// <param name="Algorithm">Of <paramref name="Digest"/>.</param>
/// <param name="Digest">A hint which artifact it is; null where there is none.</param>
internal sealed record MessageSignature(byte[] Signature, HashAlgorithmName Algorithm, byte[]? Digest) : SignedContent;

/// <summary>A DSSE envelope.</summary>
internal sealed record DsseEnvelope(string PayloadType, byte[] Payload, IReadOnlyList<EnvelopeSignature> Signatures) : SignedContent;

/// <param name="KeyId">A hint which key it was made by.</param>
/// <param name="Signature">As the algorithm gives it.</param>
internal sealed record EnvelopeSignature(string? KeyId, byte[] Signature);

/// <summary>Cosign's signature over a "simple signing" payload that names an image.</summary>
internal sealed record SimpleSigning(byte[] Payload, byte[] Signature) : SignedContent;

/// <summary>An entry of a transparency log.</summary>
/// <param name="LogIndex">Its number in the log, over all shards.</param>
/// <param name="LogId">The SHA-256 of the log's key.</param>
/// <param name="Kind">E.g. hashedrekord; null where the body alone tells.</param>
/// <param name="Version">Of the kind.</param>
/// <param name="IntegratedTime">Seconds since 1970, true only with a verified promise; 0 where there is none.</param>
/// <param name="Promise">The signed entry timestamp.</param>
/// <param name="Proof">The inclusion proof.</param>
/// <param name="Body">The canonicalized body, JSON.</param>
internal sealed record LogEntry(
    long LogIndex, byte[] LogId, string? Kind, string? Version, long IntegratedTime, byte[]? Promise, InclusionProof? Proof, byte[] Body);

/// <param name="LogIndex">The entry's number in the tree.</param>
/// <param name="RootHash">The tree's root.</param>
/// <param name="TreeSize">The number of the tree's leaves.</param>
/// <param name="Hashes">From the leaf to the root.</param>
/// <param name="Checkpoint">The signed tree head; null in old bundles of version 0.1.</param>
internal sealed record InclusionProof(long LogIndex, byte[] RootHash, long TreeSize, IReadOnlyList<byte[]> Hashes, string? Checkpoint);
