using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Trust;

/// <summary>A key or an identity of a resource's policy, with the trusted root it is verified against.</summary>
/// <param name="Verifier">Of the trusted root.</param>
/// <param name="Policy">The key, or the identity.</param>
internal sealed record PolicyEntry(BundleVerifier Verifier, VerificationPolicy Policy)
{
    /// <summary>Where the resource gives it, e.g. <c>spec.provenanceTracking.verification.keys[0]</c>.</summary>
    public required string Field { get; init; }

    /// <summary>Where the trusted root is from, for a message that says that something is missing in it.</summary>
    public required string RootOrigin { get; init; }

    public VerificationResult Verify(SigstoreBundle bundle, Artifact artifact) => Verifier.Verify(bundle, artifact, Policy);
}
