using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Sigstore.Verification;

namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>
/// The level of the build track (https://slsa.dev/spec/v1.1/levels#build-track) that a provenance of the image shows. Level 2 means that a hosted platform
/// built and signed, on "shared or dedicated infrastructure, not on an individual's workstation": of a self-hosted runner nobody can tell, so that its
/// provenance stays at level 1. Level 3 means that builds can't reach what signs them, which only the builder's own design can ensure.
/// </summary>
internal sealed class SlsaLevels(TrustedBuilders trusted)
{
    private const string SelfHosted = "self-hosted";

    /// <summary>The level that is earned.</summary>
    public int Earned(VerificationResult? verified, BuildFacts build) => verified switch
    {
        null => 1,
        _ when build.IsSelfHosted => 1,
        { Claims: { } claims } => Earned(new Signer(verified.Identity, claims.Issuer, claims.BuildSignerUri, claims.RunnerEnvironment)),
        // Whoever holds the key is believed what he says of the builder, and that is all there is.
        _ => IsHosted(build.Builder) ? 2 : 1,
    };

    /// <summary>The level that would be earned if the statement were believed.</summary>
    public int Claimed(Evidence evidence, BuildFacts build)
    {
        if (!evidence.IsSigned || build.IsSelfHosted) return 1;
        if (trusted.Contains(build.Builder)) return 3;
        return IsHosted(build.Builder) ? 2 : 1;
    }

    /// <summary>The level that a statement of this signer earns.</summary>
    public int Earned(Signer signer)
    {
        if (signer.RunnerEnvironment == SelfHosted) return 1;
        if (trusted.Contains(signer)) return 3;
        // A person signs with an e-mail address, a workflow with a URI.
        return signer.BuildSignerUri is not null || IsHosted(signer.Identity) ? 2 : 1;
    }

    private static bool IsHosted(string? builder) =>
        Uri.TryCreate(builder, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && !uri.IsLoopback && !IsSelfHosted(builder);

    /// <summary>GitHub's builder names the sort of runner at its end (https://slsa.dev/spec/v1.1/provenance#builder.id leaves that to the builder).</summary>
    internal static bool IsSelfHosted(string? builder) => builder?.TrimEnd('/').EndsWith('/' + SelfHosted, StringComparison.OrdinalIgnoreCase) is true;
}
