namespace RegistryOperator.Plugins.Provenance.Options;

/// <summary>How provenance is judged: the section <c>Plugins:Provenance</c>.</summary>
internal sealed record ProvenanceOptions
{
    /// <summary>The configuration section, as messages name it.</summary>
    public const string Section = "Plugins:Provenance";

    /// <summary>The Build Signer URIs that level 3 is believed of; a <c>*</c> at the end stands for any rest.</summary>
    public IReadOnlyList<string> TrustedBuilders { get; init; } = BuiltInBuilders.All;
}
