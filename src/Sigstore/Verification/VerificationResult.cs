using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Statements;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>The verdict about a bundle.</summary>
public sealed record VerificationResult
{
    /// <summary>Whether everything that the policy and the trusted root ask for holds. All below it is there only then.</summary>
    public bool Verified => Reason is null;

    /// <summary>Why not: one of <see cref="Findings.VerificationReasons"/>; null where it is verified.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong, where, what to do; null where it is verified. Has strangers' words, on one line and cut.</summary>
    public string? Message { get; init; }

    /// <summary>By a key, or keyless.</summary>
    public VerificationMethod? Method { get; init; }

    /// <summary>Who signed: the certificate's alternative name; null for a key.</summary>
    public string? Identity { get; init; }

    /// <summary>Who told the identity; null for a key.</summary>
    public string? Issuer { get; init; }

    /// <summary>What the authority found in the signer's token; null for a key.</summary>
    public FulcioClaims? Claims { get; init; }

    /// <summary>The SHA-256 of the SubjectPublicKeyInfo of the key that signed, in hexadecimal digits.</summary>
    public string? KeyFingerprint { get; init; }

    /// <summary>When it was signed, by each that told; none for a key without.</summary>
    public IReadOnlyList<VerifiedTime> Times { get; init; } = [];

    /// <summary>Where it is logged.</summary>
    public IReadOnlyList<VerifiedLogEntry> LogEntries { get; init; } = [];

    /// <summary>What the envelope contains; null for a signature over an artifact.</summary>
    public EnvelopePayload? Payload { get; init; }

    /// <summary>The statement in the envelope; null for a signature without one.</summary>
    public InTotoStatement? Statement { get; init; }
}

/// <summary>How a bundle is verified.</summary>
public enum VerificationMethod
{
    /// <summary>By a key that the policy names.</summary>
    Key,

    /// <summary>By a certificate for an identity.</summary>
    Keyless,
}

/// <summary>Who told a time.</summary>
public enum TimeSource
{
    /// <summary>A transparency log, when it took the entry.</summary>
    TransparencyLog,

    /// <summary>A timestamp authority.</summary>
    TimestampAuthority,
}

/// <summary>A time at which the signature existed.</summary>
/// <param name="Time">The time.</param>
/// <param name="Source">What told it.</param>
/// <param name="Uri">The log's or the authority's URI in the trusted root.</param>
public sealed record VerifiedTime(DateTimeOffset Time, TimeSource Source, string Uri);

/// <summary>An entry of a transparency log.</summary>
/// <param name="Uri">The log's URI in the trusted root.</param>
/// <param name="LogId">The log's identifier, base64.</param>
/// <param name="LogIndex">The entry's number in the log.</param>
public sealed record VerifiedLogEntry(string Uri, string LogId, long LogIndex);

/// <summary>What a verified envelope contains.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Bytes">As they were signed.</param>
/// <param name="PredicateType">Of an in-toto statement.</param>
public sealed record EnvelopePayload(string Type, ReadOnlyMemory<byte> Bytes, string PredicateType);
