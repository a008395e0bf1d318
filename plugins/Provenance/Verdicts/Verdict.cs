using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Plugins.Provenance.Trust;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>What is known of one signature or statement after it was judged.</summary>
/// <param name="Evidence">What was judged.</param>
internal sealed record Verdict(Evidence Evidence)
{
    /// <summary>How it was verified; null where it was not.</summary>
    public VerificationResult? Verified { get; init; }

    /// <summary>What it is about: of what is verified, the manifests that the verified statement names.</summary>
    public IReadOnlyList<Digest> Subjects { get => field ?? Evidence.Subjects; init; }

    /// <summary>Why it was not verified; null where it was.</summary>
    public ContentProblem? Problem { get; init; }

    /// <summary>The policy's entry that verified it, or by whose judgement it was not; null where none was asked.</summary>
    public PolicyEntry? Entry { get; init; }

    /// <summary>How the image was built: what the certificate says, else the statement. Null for all but provenance of this image.</summary>
    public BuildFacts? Build { get; init; }

    /// <summary>The level of SLSA's build track that it earns.</summary>
    public int Level { get; init; }

    /// <summary>The level that it would earn if it were believed.</summary>
    public int ClaimedLevel { get; init; }

    public bool IsVerified => Verified is not null;
}
