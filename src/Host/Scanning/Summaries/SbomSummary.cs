using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Scanning.Summaries;

/// <summary>What a status needs of an SBOM.</summary>
internal sealed record SbomSummary
{
    /// <summary>Packages that stand in a status.</summary>
    public const int Top = 10;

    /// <summary>Names of top-level packages that stand in a status.</summary>
    public const int TopLevel = 10;

    /// <summary>One of <see cref="Abstractions.Sboms.SbomFormat"/>.</summary>
    public string Format { get; init; } = "";

    public int TotalPackages { get; init; }

    public IReadOnlyDictionary<string, int> PackageTypes { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public DependenciesStatus Dependencies { get; init; } = new();

    public IReadOnlyList<PackageStatus> Packages { get; init; } = [];

    /// <summary>When the vulnerability report was made from which the packages' vulnerabilities come; null where there was none.</summary>
    public DateTimeOffset? EnrichedFrom { get; init; }

    /// <summary>The scanner of that report.</summary>
    public string? EnrichedBy { get; init; }
}

/// <summary>What a status needs of a scanner of another kind.</summary>
internal sealed record CustomSummary
{
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
