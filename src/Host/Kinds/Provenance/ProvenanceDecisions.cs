using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds.Provenance;

/// <summary>Says what was decided about each signature and attestation of an image, and by which entry of the policy.</summary>
internal static class ProvenanceDecisions
{
    private const string Field = "spec.provenanceTracking.verification";

    public static IEnumerable<DecisionStep> Of(ProvenanceSummary summary, VerificationPolicy? policy)
    {
        yield return new DecisionStep("policy", OfPolicy(policy));
        foreach (var attestation in summary.Attested?.Attestations ?? [])
        {
            yield return new DecisionStep(attestation.Type, Of(attestation, policy))
            {
                Steps =
                [
                    new DecisionStep("found", Decision.Tell(attestation.Source, Found(attestation)).By("digest", attestation.Digest)),
                ],
            };
        }

        if (summary.Attested?.Verification is { } verification)
        {
            var signed = summary.IsSigned
                ? Decision.Pass("Verified", "Each platform that is looked at has a verified signature or verified provenance.")
                : Decision.Wait(verification.Reason ?? "NotVerified", verification.Message ?? "No signature is verified.");
            yield return new DecisionStep("signed", signed.By(Field, null));
        }

        var level = summary.SlsaLevel is { } earned ? $"Level{earned}" : "NotKnown";
        var claimed = summary.ClaimedSlsaLevel is { } claim ? $"Level {claim} is claimed." : "No provenance claims any.";
        yield return new DecisionStep("SLSA level", Decision.Tell(level, claimed).By("builder", summary.Builder));
        if (summary.Attested?.Expectations is not { } expectations) yield break;
        var told = expectations.AreMet
            ? Decision.Pass("Met", "The provenance says what is expected.")
            : Decision.Stop("NotMet", string.Join(' ', expectations.Unmet));
        yield return new DecisionStep("expectations", told.By($"{Field}.expectations", Expected(policy?.Expectations)));
    }

    private static Decision OfPolicy(VerificationPolicy? policy) => policy is { CanVerify: true }
        ? Decision.Pass("Given", "One key or identity that fits is enough.")
            .By(Field, $"{Counted.Of(policy.Keys.Count, "key")}, {Counted.Of(policy.Keyless.Count, "identity", "identities")}")
        : Decision.Wait(SignatureReasons.NoPolicy, "It names no key and no identity: what is there is told, and none of it verified.").By(Field, null);

    private static Decision Of(AttestationEntry attestation, VerificationPolicy? policy)
    {
        var decision = attestation.IsVerified
            ? Decision.Pass("Verified", $"Its signature is verified, and it is about {attestation.Subject ?? "the image"}.")
            : Decision.Wait(attestation.Reason ?? "NotVerified", attestation.Message ?? "Its signature is not verified.");
        return attestation.PolicyEntry is { } entry ? decision.By(entry, ValueOf(entry, policy)) : decision;
    }

    /// <summary>The key or identity that stands at a field of the policy; null where it has changed since.</summary>
    private static string? ValueOf(string field, VerificationPolicy? policy)
    {
        foreach (var (index, key) in (policy?.Keys ?? []).Index())
        {
            if (field == $"{Field}.keys[{index}]") return key.SecretRef?.ToString() ?? "pem";
        }

        foreach (var (index, identity) in (policy?.Keyless ?? []).Index())
        {
            if (field == $"{Field}.keyless[{index}]")
                return $"{identity.Identity ?? identity.IdentityPattern} by {identity.Issuer ?? identity.IssuerPattern}";
        }

        return null;
    }

    private static string Found(AttestationEntry attestation)
    {
        var predicate = attestation.PredicateType is { } type ? $"Predicate {type}. " : "";
        return $"{predicate}{Subject(attestation)}";
    }

    private static string Subject(AttestationEntry attestation) => (attestation.Subjects, attestation.Subject) switch
    {
        ({ } several, _) => $"About {string.Join(", ", several)}.",
        (_, { } only) => $"About {only}.",
        _ => "About neither the image nor its platforms.",
    };

    private static string? Expected(ProvenanceExpectations? expected)
    {
        if (expected is null) return null;
        string[] parts =
        [
            .. expected.Builders.Select(builder => $"builder {builder}"),
            .. expected.SourceRepositories.Select(repository => $"source {repository}"),
            .. expected.MinimumSlsaLevel is { } level ? (string[])[$"level {level}"] : [],
        ];
        return string.Join(", ", parts);
    }
}
