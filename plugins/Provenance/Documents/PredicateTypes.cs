namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>What a statement is, by the type of its predicate (https://github.com/in-toto/attestation/tree/main/spec/predicates).</summary>
internal static class PredicateTypes
{
    public const string Slsa01 = "https://slsa.dev/provenance/v0.1";
    public const string Slsa02 = "https://slsa.dev/provenance/v0.2";
    public const string Slsa1 = "https://slsa.dev/provenance/v1";

    /// <summary>What cosign 3 signs images with: a statement, but of nothing.</summary>
    public const string CosignSign = "https://sigstore.dev/cosign/sign/v1";

    private static readonly (string Prefix, string Type)[] Known =
    [
        ("https://slsa.dev/provenance/", AttestationTypes.Provenance),
        ("https://slsa.dev/verification_summary/", AttestationTypes.VerificationSummary),
        ("https://spdx.dev/Document", AttestationTypes.Sbom),
        ("https://cyclonedx.org/vex", AttestationTypes.Vex),
        ("https://cyclonedx.org/bom", AttestationTypes.Sbom),
        ("https://syft.dev/bom", AttestationTypes.Sbom),
        ("https://openvex.dev/ns", AttestationTypes.Vex),
        ("https://cosign.sigstore.dev/attestation/vuln/", AttestationTypes.Vulnerability),
        ("https://in-toto.io/attestation/vulns", AttestationTypes.Vulnerability),
    ];

    public static string TypeOf(string? predicateType) => predicateType switch
    {
        null => AttestationTypes.Attestation,
        CosignSign => AttestationTypes.Signature,
        _ => Known.FirstOrDefault(known => predicateType.StartsWith(known.Prefix, StringComparison.Ordinal)).Type ?? AttestationTypes.Attestation,
    };
}
