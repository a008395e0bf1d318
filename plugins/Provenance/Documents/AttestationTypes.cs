namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>The words by which a status tells what is attached.</summary>
internal static class AttestationTypes
{
    public const string Signature = "signature";

    /// <summary>A signature by Notation, which is not verified here.</summary>
    public const string Notation = "notation";

    public const string Provenance = "provenance";
    public const string Sbom = "sbom";
    public const string Vex = "vex";

    /// <summary>A verification summary (https://slsa.dev/spec/v1.0/verification_summary).</summary>
    public const string VerificationSummary = "vsa";

    public const string Vulnerability = "vulnerability";

    /// <summary>Any other statement.</summary>
    public const string Attestation = "attestation";
}
