using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Provenance;

/// <summary>What a scanner of kind <see cref="ScannerKind.Provenance"/> returns.</summary>
public sealed record ProvenanceScanResult : ImageScanResult
{
    /// <summary>What is known of how the image was built; all null or false where the image has no provenance.</summary>
    public required BuildProvenance Provenance { get; init; }

    /// <summary>How many signatures over the image or about it there are; null where nobody counted.</summary>
    public SignatureCounts? Signatures { get; init; }

    /// <summary>What a signature was verified with, or why none could be; null where nothing is signed or nothing was asked for.</summary>
    public SignatureVerification? Verification { get; init; }

    /// <summary>What is attached to the image, as far as it is a signature or an attestation.</summary>
    public IReadOnlyList<ImageAttestation> Attestations { get; init; } = [];

    /// <summary>Whether the policy's expectations are met; null where there are none.</summary>
    public ExpectationOutcome? Expectations { get; init; }
}

/// <summary>How an image was built, as its provenance says (<see href="https://slsa.dev/spec/v1.0/provenance"/>).</summary>
public sealed record BuildProvenance
{
    /// <summary>The highest level of SLSA's build track (<see href="https://slsa.dev/spec/v1.0/levels"/>).</summary>
    public const int HighestSlsaLevel = 3;

    /// <summary>The builder's identity, mostly a URI.</summary>
    public string? Builder { get; init; }

    /// <summary>The template by which it was built, a URI.</summary>
    public string? BuildType { get; init; }

    /// <summary>The source repository's URL.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The source's commit, as its version control writes it.</summary>
    public string? SourceCommit { get; init; }

    /// <summary>The level of SLSA's build track that is shown, 0 to 3; null where it could not be determined.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to another number.</exception>
    public int? SlsaLevel
    {
        get;
        init => field = Checked(value);
    }

    /// <summary>The level that the provenance would show if it were believed, 0 to 3; null where it claims none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to another number.</exception>
    public int? ClaimedSlsaLevel
    {
        get;
        init => field = Checked(value);
    }

    /// <summary>True only where a signature over the provenance or the image was verified; the presence of one is not enough.</summary>
    public bool IsSignatureVerified { get; init; }

    /// <summary>True only where the provenance that is told here was itself verified: a signature over the image alone proves nothing of its builder and
    /// source, which are then anybody's claim.</summary>
    public bool IsProvenanceVerified { get; init; }

    /// <summary>Whose signature was verified: the identity and the issuer of a certificate, or a key's fingerprint. Null where none was, or it is not
    /// known.</summary>
    public string? SignedBy { get; init; }

    private static int? Checked(int? level) => level is null or (>= 0 and <= HighestSlsaLevel)
        ? level
        : throw new ArgumentOutOfRangeException(nameof(level), level, $"SLSA's build track has the levels 0 to {HighestSlsaLevel}.");
}

/// <summary>How many signatures there are.</summary>
/// <param name="Found">Signatures over the image, and signed attestations about it.</param>
/// <param name="Verified">Those of them that a key or an identity of the policy verifies.</param>
public sealed record SignatureCounts(int Found, int Verified);

/// <summary>How a signature was verified, or why it could not be.</summary>
public sealed record SignatureVerification
{
    /// <summary><c>key</c> or <c>keyless</c>; null where no signature was verified.</summary>
    public string? Method { get; init; }

    /// <summary>Of a certificate: the subject alternative name.</summary>
    public string? Identity { get; init; }

    /// <summary>Of a certificate: the OpenID Connect issuer.</summary>
    public string? Issuer { get; init; }

    /// <summary>Of a key: the SHA-256 of its SubjectPublicKeyInfo, <c>sha256:…</c>.</summary>
    public string? Key { get; init; }

    /// <summary>When the signature was made, as a transparency log or a timestamp authority says; null where neither does.</summary>
    public DateTimeOffset? LoggedAt { get; init; }

    /// <summary>Why no signature was verified, in one word; null where one was.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }
}

/// <summary>A signature of an image, or an attestation about it.</summary>
public sealed record ImageAttestation
{
    /// <summary>What it is, in a word: e.g. <c>signature</c>, <c>provenance</c>, <c>sbom</c>, <c>vex</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The predicate type of an in-toto statement
    /// (<see href="https://github.com/in-toto/attestation/tree/main/spec/v1"/>); null without one.</summary>
    public string? PredicateType { get; init; }

    /// <summary>The manifest that holds it.</summary>
    public required Digest Digest { get; init; }

    /// <summary>What it is about: the image's digest, or that of one of its platforms; null where it is about neither.</summary>
    public Digest? Subject { get; init; }

    /// <summary>All of these that it is about: a statement may name several. Where it is not set, <see cref="Subject"/> alone.</summary>
    public IReadOnlyList<Digest> Subjects { get => field ?? (Subject is { } only ? [only] : []); init; }

    /// <summary>Where it was found.</summary>
    public required AttachmentSource Source { get; init; }

    /// <summary>True where its signature was verified and it is about the image.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Why it was not, in one word; null where it was.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>The entry of the policy that verified it, or whose judgement the reason is, e.g. <c>spec.provenanceTracking.verification.keys[0]</c>; null
    /// where none was asked.</summary>
    public string? PolicyEntry { get; init; }
}

/// <summary>Whether a policy's expectations are met.</summary>
/// <param name="AreMet">True where all are.</param>
/// <param name="Unmet">A sentence for each that is not.</param>
public sealed record ExpectationOutcome(bool AreMet, IReadOnlyList<string> Unmet);
