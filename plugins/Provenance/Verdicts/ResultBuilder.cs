using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>Makes the result of all that was judged.</summary>
/// <param name="image">What the tag names.</param>
/// <param name="platforms">The platforms that are looked at.</param>
/// <param name="expectations">What the policy expects.</param>
internal sealed class ResultBuilder(Digest image, IReadOnlyList<PlatformManifest> platforms, ProvenanceExpectations? expectations)
{
    /// <param name="verdicts">All that was found.</param>
    /// <param name="leftOut">Why there may be more than that; null where everything was looked at.</param>
    /// <param name="documents">What the report keeps.</param>
    public ProvenanceScanResult Build(IReadOnlyList<Verdict> verdicts, LeftOut? leftOut, IReadOnlyList<ReportDocument> documents)
    {
        var shown = new ImageVerdicts(image, platforms, expectations, verdicts, leftOut);
        var (verified, outcome, provenance) = (shown.Verified, shown.Outcome, shown.Provenance);
        return new ProvenanceScanResult
        {
            Result = verified is not null ? "Verified" : leftOut is not null ? "Incomplete" : verdicts.Count > 0 ? "NotVerified" : "None",
            Verdict = outcome is null ? ScanVerdict.None : outcome.AreMet ? ScanVerdict.Passed : ScanVerdict.Failed,
            Provenance = new BuildProvenance
            {
                Builder = provenance?.Build?.Builder,
                BuildType = provenance?.Build?.BuildType,
                SourceRepository = provenance?.Build?.SourceRepository,
                SourceCommit = provenance?.Build?.SourceCommit,
                SlsaLevel = shown.Level,
                ClaimedSlsaLevel = provenance?.ClaimedLevel,
                IsSignatureVerified = verified is not null,
                IsProvenanceVerified = shown.IsProvenanceVerified,
            },
            Signatures = new SignatureCounts(verdicts.Count(verdict => verdict.Evidence.IsSigned), verdicts.Count(verdict => verdict.IsVerified)),
            Verification = Verification(verified, shown.Problem),
            Attestations = [.. verdicts.Select(ToAttestation)],
            Expectations = outcome,
            Documents = documents,
        };
    }

    /// <summary>How it was verified, else why it was not; null where nothing is signed.</summary>
    private static SignatureVerification? Verification(Verdict? verified, ContentProblem? problem)
    {
        if (verified?.Verified is not { } result)
            return problem is not null ? new SignatureVerification { Reason = problem.Reason, Message = problem.Message } : null;
        return new SignatureVerification
        {
            Method = result.Method == VerificationMethod.Key ? "key" : "keyless",
            Identity = result.Identity,
            Issuer = result.Issuer,
            Key = result.Method == VerificationMethod.Key ? $"sha256:{result.KeyFingerprint}" : null,
            LoggedAt = result.Times.Count > 0 ? result.Times[0].Time : null,
        };
    }

    private static ImageAttestation ToAttestation(Verdict verdict) => new()
    {
        Type = verdict.Evidence.Type,
        PredicateType = verdict.Evidence.PredicateType,
        Digest = verdict.Evidence.Attachment.Descriptor.Digest,
        Subject = verdict.Subjects.Count > 0 ? verdict.Subjects[0] : verdict.Evidence.OtherPlatform?.Digest,
        Subjects = verdict.Subjects.Count > 0 ? verdict.Subjects : verdict.Evidence.OtherPlatform is { } other ? [other.Digest] : [],
        Source = verdict.Evidence.Attachment.Source,
        IsVerified = verdict.IsVerified,
        Reason = verdict.Problem?.Reason,
        Message = verdict.Problem?.Message,
        PolicyEntry = verdict.Entry?.Field,
    };
}
