using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Plugins.Provenance.Trust;
using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Certificates;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>Judges what is attached to an image by a policy.</summary>
internal sealed class EvidenceJudge(SlsaLevels levels)
{
    /// <summary>These say only that the other sort of policy is meant: less than any other reason.</summary>
    private static readonly string[] OtherSort = [VerificationReasons.KeyExpected, VerificationReasons.CertificateMissing];

    public Verdict Judge(Evidence evidence, IReadOnlyList<PolicyEntry> policy)
    {
        var verdict = Verify(evidence, policy);
        return evidence.Subject is not null && BuildOf(verdict) is { } build ? JudgeBuild(verdict, build) : verdict;
    }

    /// <summary>What was verified is read from the verdict, never from what was read before.</summary>
    private static BuildFacts? BuildOf(Verdict verdict) => verdict.Verified switch
    {
        null => verdict.Evidence.Build,
        { Statement: { } statement } => Statement.Of(statement).Build,
        _ => null,
    };

    private static Verdict Verify(Evidence evidence, IReadOnlyList<PolicyEntry> policy)
    {
        if (evidence.Problem is { } problem) return new Verdict(evidence) { Problem = problem };
        if (evidence.Bundle is not { } bundle) return new Verdict(evidence) { Problem = Problems.Unsigned };
        if (evidence.Subject is null && bundle.Problem is null) return new Verdict(evidence) { Problem = Problems.OtherSubject };
        if (policy.Count == 0 && bundle.Problem is null) return new Verdict(evidence) { Problem = Problems.NoPolicy };
        var artifact = Artifact.OfDigest((evidence.Subject ?? evidence.Attachment.Subject).ToString());
        VerificationResult? refused = null;
        PolicyEntry? decisive = null;
        foreach (var entry in policy)
        {
            var result = entry.Verify(bundle, artifact);
            if (result.Verified) return new Verdict(evidence) { Verified = result, Entry = entry, Subjects = SubjectsOf(evidence, result) };
            if (refused is null || OtherSort.Contains(refused.Reason)) (refused, decisive) = (result, entry);
        }

        return new Verdict(evidence) { Problem = ProblemOf(refused, decisive, bundle.Problem), Entry = decisive };
    }

    private static IReadOnlyList<Digest> SubjectsOf(Evidence evidence, VerificationResult verified) =>
        verified.Statement is { } statement ? [.. evidence.Subjects.Intersect(Statement.SubjectsOf(statement))] : evidence.Subjects;

    private static ContentProblem ProblemOf(VerificationResult? refused, PolicyEntry? entry, string? unreadable) => refused switch
    {
        null => new ContentProblem(unreadable ?? VerificationReasons.InvalidBundle, "The signature can't be read."),
        { Reason: VerificationReasons.ArtifactMismatch } => new ContentProblem(Problems.MismatchReason, refused.Message!),
        // Which root it is that lacks something is told, since a policy may name several.
        { Reason: VerificationReasons.TrustedRootOutdated } => new ContentProblem(refused.Reason, $"{refused.Message} {entry!.RootOrigin}"),
        _ => new ContentProblem(refused.Reason!, refused.Message!),
    };

    private Verdict JudgeBuild(Verdict verdict, BuildFacts said)
    {
        // Before the certificate's word takes its place, which need not tell the sort of runner.
        said = said with { IsSelfHosted = SlsaLevels.IsSelfHosted(said.Builder) };
        if (verdict.Verified?.Claims is { } claims)
        {
            if (Contradiction(claims, said) is { } contradiction)
                return verdict with { Verified = null, Problem = new ContentProblem(Problems.MismatchReason, contradiction) };
            said = said with
            {
                Builder = claims.BuildSignerUri ?? said.Builder,
                SourceRepository = claims.SourceRepositoryUri is { } repository ? SourceUri.Repository(repository) : said.SourceRepository,
                SourceCommit = claims.SourceRepositoryDigest ?? said.SourceCommit,
            };
        }

        var earned = levels.Earned(verdict.Verified, said);
        return verdict with { Build = said, Level = earned, ClaimedLevel = Math.Max(earned, levels.Claimed(verdict.Evidence, said)) };
    }

    /// <summary>The authority has put the source into the certificate; the statement is written by what ran there, which may be anything.</summary>
    private static string? Contradiction(FulcioClaims claims, BuildFacts said)
    {
        if (claims.SourceRepositoryUri is { } repository && said.SourceRepository is { } source
            && SourceUri.Comparable(repository) != SourceUri.Comparable(source))
        {
            return $"The statement names the source {source}, and the certificate {repository}.";
        }

        return claims.SourceRepositoryDigest is { } digest && said.SourceCommit is { } commit
            && !digest.Equals(commit, StringComparison.OrdinalIgnoreCase)
                ? $"The statement names the commit {commit}, and the certificate {digest}."
                : null;
    }
}
