namespace RegistryOperator.Plugins.Provenance.Options;

/// <summary>
/// Builders that reach level 3 of SLSA's build track by their own design: the Build Signer URI of their certificates. As of 2026-11-28, of
/// https://github.com/slsa-framework/slsa-github-generator the workflows that make provenance of containers or of anything, each called by the tag of a
/// release. GitHub's own attestations reach level 3 only by a reusable workflow that somebody vouches for
/// (https://docs.github.com/actions/security-guides/using-artifact-attestations-and-reusable-workflows-to-achieve-slsa-v1-build-level-3): whoever does
/// adds it to the setting.
/// </summary>
internal static class BuiltInBuilders
{
    private const string Workflows = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/";

    public static IReadOnlyList<string> All { get; } =
    [
        $"{Workflows}generator_container_slsa3.yml@refs/tags/v*",
        $"{Workflows}generator_generic_slsa3.yml@refs/tags/v*",
        $"{Workflows}builder_container-based_slsa3.yml@refs/tags/v*",
    ];
}
