using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Resources;

/// <summary><c>status.images[].vulnerabilities</c>.</summary>
internal sealed record VulnerabilitiesStatus
{
    public int Critical { get; init; }

    public int High { get; init; }

    public int Medium { get; init; }

    public int Low { get; init; }

    public int Unknown { get; init; }

    public int Total { get; init; }

    public DateTimeOffset? LastScanTime { get; init; }

    /// <summary>The most severe; the full list is in the report store.</summary>
    [JsonPropertyName("topCVEs")]
    public IReadOnlyList<VulnerabilityStatus> TopCves { get => field ?? []; init; }
}

internal sealed record VulnerabilityStatus
{
    public string Id { get => field ?? ""; init; }

    /// <summary>One of <see cref="Severities"/>.</summary>
    public string? Severity { get; init; }

    public string? Package { get; init; }

    public string? InstalledVersion { get; init; }

    public string? FixedVersion { get; init; }

    public string? Title { get; init; }
}

/// <summary><c>status.images[].sbom</c>.</summary>
internal sealed record SbomStatus
{
    /// <summary>One of <see cref="SbomFormats"/>.</summary>
    public string? Format { get; init; }

    public DateTimeOffset? GeneratedAt { get; init; }

    public int TotalPackages { get; init; }

    /// <summary>The packages that matter most; the full list is in the report store.</summary>
    public IReadOnlyList<PackageStatus> Packages { get => field ?? []; init; }

    /// <summary>Packages by type, e.g. <c>deb</c>, <c>npm</c>.</summary>
    public IReadOnlyDictionary<string, int> PackageTypes { get => field ?? NoTypes; init; }

    public DependenciesStatus? Dependencies { get; init; }

    private static IReadOnlyDictionary<string, int> NoTypes { get; } = new Dictionary<string, int>(StringComparer.Ordinal);
}

internal sealed record PackageStatus
{
    public string Name { get => field ?? ""; init; }

    public string? Version { get; init; }

    public string? Type { get; init; }

    public int? VulnerabilityCount { get; init; }

    /// <summary>True where one of its vulnerabilities is critical.</summary>
    public bool? Critical { get; init; }
}

internal sealed record DependenciesStatus
{
    public int? Direct { get; init; }

    public int? Transitive { get; init; }

    public int? Outdated { get; init; }

    public IReadOnlyList<string> TopLevelPackages { get => field ?? []; init; }
}

/// <summary><c>status.images[].provenance</c>.</summary>
internal sealed record ProvenanceStatus
{
    public string? Builder { get; init; }

    public string? SourceRepo { get; init; }

    public string? SourceCommit { get; init; }

    /// <summary>0 to 3.</summary>
    public int? SlsaLevel { get; init; }

    /// <summary>True only where a signature was verified.</summary>
    public bool? Signed { get; init; }

    public DateTimeOffset? LastCheckTime { get; init; }
}
