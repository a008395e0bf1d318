using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>
/// Makes the result of all that was judged. What is about the image holds for each of its platforms, what is about one platform for that alone: an image
/// is no better than the weakest of its platforms, since whoever may push can put a platform of his own beside a signed one.
/// </summary>
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
        var isComplete = leftOut is null;
        var all = PlatformVerdicts.Of(platform: null, verdicts, expectations, isComplete);
        var weakest = platforms.Count <= 1
            ? all
            : platforms.Select(platform => PlatformVerdicts.Of(platform, AboutAnyOf(verdicts, platform), expectations, isComplete))
                .MinBy(platform => platform.Strength)!;
        var (verified, outcome) = (weakest.Verified, weakest.Outcome);
        // Where a platform has none, what another's claims is told, and earns what a claim earns.
        var provenance = weakest.Provenance ?? all.Provenance;
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
                // Where not all was looked at, there may be provenance.
                SlsaLevel = weakest.Provenance?.Level ?? (provenance is not null ? 1 : leftOut is null ? 0 : null),
                ClaimedSlsaLevel = provenance?.ClaimedLevel,
                IsSignatureVerified = verified is not null,
            },
            Signatures = new SignatureCounts(verdicts.Count(verdict => verdict.Evidence.IsSigned), verdicts.Count(verdict => verdict.IsVerified)),
            Verification = Verification(verdicts, verified, weakest.Uncovered(verdicts), leftOut),
            Attestations = [.. verdicts.Select(ToAttestation)],
            Expectations = outcome,
            Documents = documents,
        };
    }

    private Verdict[] AboutAnyOf(IReadOnlyList<Verdict> verdicts, PlatformManifest platform) =>
        [.. verdicts.Where(verdict => verdict.Evidence.Subject == image || verdict.Evidence.Subject == platform.Digest)];

    /// <summary>
    /// How it was verified; else that not all was looked at, so that a good signature may be among the rest; else why the most telling signature was not.
    /// Null where nothing is signed.
    /// </summary>
    private static SignatureVerification? Verification(IReadOnlyList<Verdict> verdicts, Verdict? verified, ContentProblem? uncovered, LeftOut? leftOut)
    {
        if (verified?.Verified is { } result)
        {
            return new SignatureVerification
            {
                Method = result.Method == VerificationMethod.Key ? "key" : "keyless",
                Identity = result.Identity,
                Issuer = result.Issuer,
                Key = result.Method == VerificationMethod.Key ? $"sha256:{result.KeyFingerprint}" : null,
                LoggedAt = result.Times.Count > 0 ? result.Times[0].Time : null,
            };
        }

        var telling = verdicts.Where(verdict => verdict.Evidence.IsSigned)
            .OrderBy(verdict => verdict.Evidence.Type is AttestationTypes.Signature or AttestationTypes.Provenance ? 0 : 1)
            .ThenBy(verdict => verdict.Problem?.Reason is Problems.MismatchReason or Problems.OtherPlatformReason)
            .FirstOrDefault();
        var problem = leftOut is { IsOfTheList: true } ? leftOut.Problem : uncovered ?? telling?.Problem ?? leftOut?.Problem;
        return problem is not null ? new SignatureVerification { Reason = problem.Reason, Message = problem.Message } : null;
    }

    private static ImageAttestation ToAttestation(Verdict verdict) => new()
    {
        Type = verdict.Evidence.Type,
        PredicateType = verdict.Evidence.PredicateType,
        Digest = verdict.Evidence.Attachment.Descriptor.Digest,
        Subject = verdict.Evidence.Subject ?? verdict.Evidence.OtherPlatform?.Digest,
        Source = verdict.Evidence.Attachment.Source,
        IsVerified = verdict.IsVerified,
        Reason = verdict.Problem?.Reason,
        Message = verdict.Problem?.Message,
        PolicyEntry = verdict.Entry?.Field,
    };
}
