using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>What all that is about one platform of an image shows.</summary>
/// <param name="Platform">The platform; null for an image that has one.</param>
/// <param name="Verdicts">All that is about it.</param>
/// <param name="Provenance">The provenance that is shown; null for none.</param>
/// <param name="Verified">What makes it signed: verified provenance, else a verified signature; null for neither.</param>
/// <param name="Outcome">Whether expectations are met; null where nothing is expected.</param>
internal sealed record PlatformVerdicts(
    PlatformManifest? Platform, IReadOnlyList<Verdict> Verdicts, Verdict? Provenance, Verdict? Verified, ExpectationOutcome? Outcome)
{
    /// <summary>Grows with what is shown: expectations first, then a signature, then the level.</summary>
    public (bool, bool, int) Strength => (Outcome?.AreMet is not false, Verified is not null, Provenance?.Level ?? 0);

    /// <param name="platform">The platform; null for an image that has one.</param>
    /// <param name="verdicts">All that is about it.</param>
    /// <param name="expectations">What the policy expects.</param>
    /// <param name="isComplete">True where everything that is attached was looked at.</param>
    public static PlatformVerdicts Of(
        PlatformManifest? platform, IReadOnlyList<Verdict> verdicts, ProvenanceExpectations? expectations, bool isComplete)
    {
        // The one that shows most, whatever order they are listed in.
        Verdict[] builds =
        [
            .. verdicts.Where(verdict => verdict.Build is not null)
                .OrderByDescending(verdict => verdict.IsVerified)
                .ThenByDescending(verdict => verdict.Level)
                .ThenByDescending(verdict => verdict.ClaimedLevel)
                .ThenBy(verdict => verdict.Build!.Builder, StringComparer.Ordinal)
                .ThenBy(verdict => verdict.Build!.SourceRepository, StringComparer.Ordinal),
        ];
        // One that meets all is enough: others that are verified, too, may be of whoever else may sign.
        var provenance = builds.FirstOrDefault(build => ExpectationCheck.Of(expectations, build, isComplete) is not { AreMet: false })
            ?? builds.FirstOrDefault();
        var verified = provenance is { IsVerified: true } ? provenance : verdicts.FirstOrDefault(IsAboutBuildOrImage);
        return new PlatformVerdicts(platform, verdicts, provenance, verified, ExpectationCheck.Of(expectations, provenance, isComplete));
    }

    /// <summary>Why the most telling of what is signed is not verified; null where nothing is signed.</summary>
    public ContentProblem? TellingProblem => Verdicts.Where(verdict => verdict.Evidence.IsSigned && !verdict.IsVerified)
        .OrderBy(verdict => verdict.Evidence.Type is AttestationTypes.Signature or AttestationTypes.Provenance ? 0 : 1)
        .ThenBy(verdict => verdict.Problem?.Reason is Problems.MismatchReason or Problems.OtherPlatformReason)
        .FirstOrDefault()?.Problem;

    public static bool IsAboutBuildOrImage(Verdict verdict) =>
        verdict.IsVerified && verdict.Evidence.Type is AttestationTypes.Signature or AttestationTypes.Provenance;
}
