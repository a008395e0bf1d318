using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>Makes the result of all that was judged.</summary>
internal static class ResultBuilder
{
    /// <param name="verdicts">All that was found.</param>
    /// <param name="leftOut">Why there may be more than that; null where everything was looked at.</param>
    /// <param name="expectations">What the policy expects.</param>
    /// <param name="documents">What the report keeps.</param>
    public static ProvenanceScanResult Build(
        IReadOnlyList<Verdict> verdicts, LeftOut? leftOut, ProvenanceExpectations? expectations, IReadOnlyList<ReportDocument> documents)
    {
        // Of several, the one that shows most; about the whole image rather than about one of its platforms.
        var provenance = verdicts.Where(verdict => verdict.Build is not null)
            .OrderByDescending(verdict => verdict.IsVerified)
            .ThenByDescending(verdict => verdict.Level)
            .ThenByDescending(verdict => verdict.ClaimedLevel)
            .FirstOrDefault();
        var verified = provenance is { IsVerified: true } ? provenance : verdicts.FirstOrDefault(IsAboutBuildOrImage);
        var outcome = ExpectationCheck.Of(expectations, provenance, isComplete: leftOut is null);
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
                SlsaLevel = provenance?.Level ?? (leftOut is null ? 0 : null),
                ClaimedSlsaLevel = provenance?.ClaimedLevel,
                IsSignatureVerified = verified is not null,
            },
            Signatures = new SignatureCounts(verdicts.Count(verdict => verdict.Evidence.IsSigned), verdicts.Count(verdict => verdict.IsVerified)),
            Verification = Verification(verdicts, verified, leftOut),
            Attestations = [.. verdicts.Select(ToAttestation)],
            Expectations = outcome,
            Documents = documents,
        };
    }

    private static bool IsAboutBuildOrImage(Verdict verdict) =>
        verdict.IsVerified && verdict.Evidence.Type is AttestationTypes.Signature or AttestationTypes.Provenance;

    /// <summary>
    /// How it was verified; else that not all was looked at, so that a good signature may be among the rest; else why the most telling signature was not.
    /// Null where nothing is signed.
    /// </summary>
    private static SignatureVerification? Verification(IReadOnlyList<Verdict> verdicts, Verdict? verified, LeftOut? leftOut)
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
        var problem = leftOut is { IsOfTheList: true } ? leftOut.Problem : telling?.Problem ?? leftOut?.Problem;
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
