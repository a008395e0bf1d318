using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Options;

/// <summary>How Syft is run: the section <c>Plugins:Syft</c>.</summary>
internal sealed record SyftOptions
{
    /// <summary>The configuration section, as messages name it.</summary>
    public const string Section = "Plugins:Syft";

    /// <summary>Path of the executable; null looks on <c>PATH</c> and in the plugin's folder.</summary>
    public string? Path { get; init; }

    /// <summary>The largest SBOM accepted, in bytes.</summary>
    public long MaximumOutputBytes { get; init; } = ToolCommand.DefaultMaximumOutput;

    /// <summary>Which layers are scanned: <c>squashed</c>, what a container sees, or <c>all-layers</c>, also what later layers hide;
    /// null leaves it to Syft.</summary>
    public string? Scope { get; init; }
}
