using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Kinds;

/// <summary>A scanner that a resource asks for.</summary>
/// <param name="Kind">The kind; <see cref="ScannerKind.Custom"/> for every kind without a section of its own.</param>
/// <param name="Scanner">The scanner's name.</param>
/// <param name="Interval">Between scans of the same image.</param>
/// <param name="Field">Where the resource asks, e.g. <c>spec.scanners[0]</c>.</param>
internal sealed record ScannerUse(ScannerKind Kind, string Scanner, TimeSpan Interval, string Field)
{
    /// <summary>Tags to scan; none means all.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Options in the resource.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>The format of an SBOM; null for other kinds.</summary>
    public string? SbomFormat { get; init; }

    /// <summary>The repository whose attached SBOM, where there is one, is taken instead of making one; null takes none.</summary>
    public string? AttachedFrom { get; init; }

    public bool Covers(string tag) => Tags.Count == 0 || Tags.Contains(tag, StringComparer.Ordinal);

    /// <summary>Everything that a resource asks for, scanners with a section of their own first.</summary>
    public static IReadOnlyList<ScannerUse> Of(RegistrySpec spec)
    {
        var uses = new List<ScannerUse>();
        if (spec.SbomGeneration is { IsEnabled: true } sbom)
        {
            uses.Add(new ScannerUse(ScannerKind.Sbom, sbom.EffectiveGenerator, sbom.EffectiveScanInterval, "spec.sbomGeneration.generator")
            {
                Tags = sbom.Tags,
                SbomFormat = sbom.EffectiveFormat,
                AttachedFrom = sbom.TakesAttached ? $"{spec.Url.TrimEnd('/')}/{spec.Repository}" : null,
            });
        }

        if (spec.VulnerabilityScanning is { IsEnabled: true } vulnerabilities)
        {
            uses.Add(new ScannerUse(ScannerKind.Vulnerability, vulnerabilities.EffectiveScanner, vulnerabilities.EffectiveScanInterval, "spec.vulnerabilityScanning.scanner")
            {
                Tags = vulnerabilities.Tags,
            });
        }

        for (var i = 0; i < spec.Scanners.Count; i++)
        {
            var custom = spec.Scanners[i];
            uses.Add(new ScannerUse(ScannerKind.Custom, custom.Name, custom.EffectiveInterval, $"spec.scanners[{i}]") { Tags = custom.Tags, Options = custom.Options });
        }

        return uses;
    }
}
