using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>The kind whose scanners verify what is attached to an image: what the command <c>verify</c> asks of it.</summary>
internal interface IVerifyingKind : IScanKind
{
    /// <summary>How a resource has it verified; null for not at all.</summary>
    VerificationSpec? VerificationOf(RegistrySpec spec);

    /// <summary>A spec with the access of another that asks for this kind alone, for every tag, and for all platforms where it names none.</summary>
    /// <param name="spec">Whose registry, access and scanner it has.</param>
    /// <param name="verification">How signatures are verified; null verifies none.</param>
    RegistrySpec AskFor(RegistrySpec spec, VerificationSpec? verification);

    /// <summary>What a stored report tells.</summary>
    ImageVerification Read(Report report);
}

/// <summary>What is attached to an image, what of it is verified, and what it proves. The names are those of the status.</summary>
internal sealed record ImageVerification
{
    public bool Signed { get; init; }

    public SignatureCountsStatus? Signatures { get; init; }

    public VerificationStatus? Verification { get; init; }

    /// <summary>The level that is earned, 0 to 3.</summary>
    public int? SlsaLevel { get; init; }

    /// <summary>The level that would be earned if the provenance were believed, 0 to 3.</summary>
    public int? ClaimedSlsaLevel { get; init; }

    /// <summary>True where who built the image, and from what, is proved; false where it is only claimed.</summary>
    public bool ProvenanceVerified { get; init; }

    public string? Builder { get; init; }

    public string? BuildType { get; init; }

    public string? SourceRepo { get; init; }

    public string? SourceCommit { get; init; }

    public ExpectationsStatus? Expectations { get; init; }

    public IReadOnlyList<AttachedEvidence> Attestations { get; init; } = [];

    /// <summary>Attestations that are not among these.</summary>
    public int? LeftOut { get; init; }
}

/// <summary>A signature or an attestation, with the reason and the sentence why it is not verified.</summary>
internal sealed record AttachedEvidence(string Type, string? PredicateType, string Digest, string? Subject, string Source, bool Verified)
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>All that it is about, where that is more than its subject; else null.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Whether it is about a manifest.</summary>
    public bool IsAbout(string digest) => Subject == digest || Subjects?.Contains(digest) is true;
}
