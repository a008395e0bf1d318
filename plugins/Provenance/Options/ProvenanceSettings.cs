using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Plugins.Provenance.Options;

/// <summary>Every setting of the plugin.</summary>
internal static class ProvenanceSettings
{
    public static readonly PluginOption TrustedBuilders = new(
        nameof(ProvenanceOptions.TrustedBuilders),
        "Build Signer URIs of the builders that level 3 of SLSA is believed of, in place of the built-in ones; a '*' at the end stands for any rest.")
    {
        Default = "the released workflows of slsa-framework/slsa-github-generator",
        Example = "https://github.com/acme/builders/.github/workflows/image.yml@refs/tags/v*",
    };

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<PluginOption> All { get; } = [TrustedBuilders];
}
