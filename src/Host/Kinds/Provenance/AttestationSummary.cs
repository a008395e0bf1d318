using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>What is signed and attested, as far as a status tells it.</summary>
internal sealed record AttestationSummary
{
    /// <summary>Attestations that are kept, the verified ones first: as many as the built-in scanner reads manifests.</summary>
    public const int MostAttestations = 64;

    /// <summary>Those of them that a status has.</summary>
    public const int MostInStatus = 20;

    /// <summary>Characters of a sentence, which ends with what to do.</summary>
    private const int LongestMessage = 600;

    /// <summary>Expectations that are not met: a policy has three.</summary>
    private const int MostUnmet = 10;

    public SignatureCounts? Signatures { get; init; }

    public SignatureVerification? Verification { get; init; }

    public ExpectationOutcome? Expectations { get; init; }

    public IReadOnlyList<AttestationEntry> Attestations { get; init; } = [];

    /// <summary>Attestations that are not kept.</summary>
    public int LeftOut { get; init; }

    /// <summary>Null where the scanner tells nothing of it.</summary>
    public static AttestationSummary? Of(ProvenanceScanResult result) =>
        result is { Signatures: null, Verification: null, Expectations: null, Attestations: [] }
            ? null
            : new AttestationSummary
            {
                Signatures = result.Signatures,
                Verification = result.Verification is { } verification ? Clean(verification) : null,
                Expectations = result.Expectations is { } outcome ? outcome with { Unmet = [.. outcome.Unmet.Take(MostUnmet).Select(ResultText.Cut)] } : null,
                Attestations = [.. result.Attestations.OrderByDescending(one => one.IsVerified).Take(MostAttestations).Select(AttestationEntry.Of)],
                LeftOut = Math.Max(0, result.Attestations.Count - MostAttestations),
            };

    /// <summary>Null for nothing but blanks.</summary>
    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : ResultText.Cut(text);

    /// <summary>A sentence, cleaned and cut.</summary>
    public static string? CleanMessage(string? text) => string.IsNullOrWhiteSpace(text) ? null : OutsideText.Of(text, LongestMessage).ToString();

    /// <summary>The section with what stands here.</summary>
    public ProvenanceStatus AddTo(ProvenanceStatus section) => section with
    {
        Signatures = Signatures is { } counts ? new SignatureCountsStatus { Found = counts.Found, Verified = counts.Verified } : null,
        Verification = Verification is { } verification ? ToStatus(verification) : null,
        Expectations = Expectations is { } outcome ? new ExpectationsStatus { Met = outcome.AreMet, Unmet = outcome.Unmet } : null,
        Attestations = [.. Attestations.Take(MostInStatus).Select(one => one.ToStatus())],
    };

    private static SignatureVerification Clean(SignatureVerification verification) => verification with
    {
        Method = Clean(verification.Method),
        Identity = Clean(verification.Identity),
        Issuer = Clean(verification.Issuer),
        Key = Clean(verification.Key),
        Reason = Clean(verification.Reason),
        Message = CleanMessage(verification.Message),
    };

    private static VerificationStatus ToStatus(SignatureVerification verification) => new()
    {
        Method = verification.Method,
        Identity = verification.Identity,
        Issuer = verification.Issuer,
        Key = verification.Key,
        LoggedAt = verification.LoggedAt,
        Reason = verification.Reason,
        Message = verification.Message,
    };
}

/// <summary>A signature or an attestation, in strings.</summary>
internal sealed record AttestationEntry(string Type, string? PredicateType, string Digest, string? Subject, string Source, bool IsVerified, string? Reason)
{
    /// <summary>As many as an index has platforms, and itself.</summary>
    private const int MostSubjects = DetailLimits.Platforms + 1;

    /// <summary>The sentence that goes with the reason. A status has no place for it.</summary>
    public string? Message { get; init; }

    /// <summary>The entry of the policy that decided.</summary>
    public string? PolicyEntry { get; init; }

    /// <summary>All that it is about, where that is more than its subject; else null.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    public static AttestationEntry Of(ImageAttestation attestation) => new(
        ResultText.Cut(attestation.Type),
        AttestationSummary.Clean(attestation.PredicateType),
        attestation.Digest.ToString(),
        attestation.Subject?.ToString(),
        attestation.Source.ToString(),
        attestation.IsVerified,
        AttestationSummary.Clean(attestation.Reason))
    {
        Message = AttestationSummary.CleanMessage(attestation.Message),
        PolicyEntry = AttestationSummary.Clean(attestation.PolicyEntry),
        Subjects = attestation.Subjects.Count > 1 ? [.. attestation.Subjects.Take(MostSubjects).Select(subject => subject.ToString())] : null,
    };

    public AttestationStatus ToStatus() => new()
    {
        Type = Type,
        PredicateType = PredicateType,
        Digest = Digest,
        Subject = Subject,
        Source = Source,
        Verified = IsVerified,
        Reason = Reason,
    };

    public AttachedEvidence ToEvidence() => new(Type, PredicateType, Digest, Subject, Source, IsVerified)
    {
        Reason = Reason,
        Message = Message,
        Subjects = Subjects,
    };
}
