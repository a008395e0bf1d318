using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Bundles;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Trust;

/// <summary>A key or an identity of a resource's policy, with the trusted root it is verified against.</summary>
/// <param name="Verifier">Of the trusted root.</param>
/// <param name="Policy">The key, or the identity.</param>
internal sealed record PolicyEntry(BundleVerifier Verifier, VerificationPolicy Policy)
{
    public VerificationResult Verify(SigstoreBundle bundle, Artifact artifact) => Verifier.Verify(bundle, artifact, Policy);
}
