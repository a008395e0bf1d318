using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Registry.Status;

/// <summary><c>status.images[].vulnerabilities</c>.</summary>
internal sealed record VulnerabilitiesStatus
{
    /// <summary>Counts at and above the threshold; null, like all others, where there is no result yet.</summary>
    public int? Critical { get; init; }

    public int? High { get; init; }

    public int? Medium { get; init; }

    public int? Low { get; init; }

    public int? Unknown { get; init; }

    /// <summary>Vulnerabilities, each counted once for each installed version of a package it is in, however many platforms and paths have it.</summary>
    public int? Total { get; init; }

    /// <summary>When the result was made: of several platforms, the oldest one's time.</summary>
    public DateTimeOffset? LastScanTime { get; init; }

    /// <summary>The most severe; the full list is in the report store.</summary>
    [JsonPropertyName("topCVEs")]
    public IReadOnlyList<VulnerabilityStatus> TopCves { get => field ?? []; init; }

    /// <summary>True where the image's operating system has reached its end of life: unlisted vulnerabilities may exist.</summary>
    public bool? EndOfLife { get; init; }

    /// <summary>True where no packages that there are advisories for were found in the image: 0 then means that nothing could be looked at.</summary>
    public bool? NothingRecognized { get; init; }

    /// <summary>The scanner that made it.</summary>
    public string? Scanner { get; init; }

    /// <summary>One of <c>ScanMethods</c>.</summary>
    public string? Method { get; init; }

    /// <summary>Why there is no result, or none newer than <see cref="LastScanTime"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Digests of the platforms' manifests under which the full reports are stored; none where that is the image's own digest.</summary>
    public IReadOnlyList<string> ReportDigests { get => field ?? []; init; }

    /// <summary>Platforms without a result, where others have one.</summary>
    public IReadOnlyList<MissingPlatformStatus> Missing { get => field ?? []; init; }
}

/// <summary>A platform without a result.</summary>
internal sealed record MissingPlatformStatus
{
    public string Platform { get => field ?? ""; init; }

    /// <summary>One of <c>ScanReasons</c>.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }
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
    /// <summary>One of <see cref="SbomFormat"/>.</summary>
    public string? Format { get; init; }

    public DateTimeOffset? GeneratedAt { get; init; }

    /// <summary>Packages of the first platform scanned; null where there is no result yet.</summary>
    public int? TotalPackages { get; init; }

    /// <summary>The packages that matter most; the full list is in the report store.</summary>
    public IReadOnlyList<PackageStatus> Packages { get => field ?? []; init; }

    /// <summary>Packages by type, e.g. <c>deb</c>, <c>npm</c>.</summary>
    public IReadOnlyDictionary<string, int> PackageTypes { get => field ?? NoTypes; init; }

    public DependenciesStatus? Dependencies { get; init; }

    /// <summary>The scanner that made it.</summary>
    public string? Scanner { get; init; }

    /// <summary>One of <c>ScanMethods</c>.</summary>
    public string? Method { get; init; }

    /// <summary>Why there is no result, or none newer than <see cref="GeneratedAt"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Digests of the platforms' manifests under which the full documents are stored; none where that is the image's own digest.</summary>
    public IReadOnlyList<string> ReportDigests { get => field ?? []; init; }

    /// <summary>Platforms without a result, where others have one.</summary>
    public IReadOnlyList<MissingPlatformStatus> Missing { get => field ?? []; init; }

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

    /// <summary>Packages for which the document does not say what depends on them.</summary>
    public int? Unknown { get; init; }

    /// <summary>Packages for which a version that fixes a vulnerability is known.</summary>
    public int? Outdated { get; init; }

    /// <summary>Longest way from the application to a package.</summary>
    public int? Depth { get; init; }

    public IReadOnlyList<string> TopLevelPackages { get => field ?? []; init; }
}

/// <summary>An entry of <c>status.images[].scans</c>: the result of a scanner named in <c>spec.scanners</c>.</summary>
internal sealed record CustomScanStatus
{
    /// <summary>The scanner's result in a word or phrase.</summary>
    public string? Result { get; init; }

    /// <summary><c>Passed</c> or <c>Failed</c>; null where it judges nothing.</summary>
    public string? Verdict { get; init; }

    public DateTimeOffset? LastScanTime { get; init; }

    public IReadOnlyDictionary<string, string> Summary { get => field ?? NoSummary; init; }

    public IReadOnlyDictionary<string, double> Figures { get => field ?? NoFigures; init; }

    /// <summary>Why there is no result, or none newer than <see cref="LastScanTime"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Platforms without a result, where others have one.</summary>
    public IReadOnlyList<MissingPlatformStatus> Missing { get => field ?? []; init; }

    private static IReadOnlyDictionary<string, string> NoSummary { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, double> NoFigures { get; } = new Dictionary<string, double>(StringComparer.Ordinal);
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

    /// <summary>The level that the provenance would show if it were believed, 0 to 3.</summary>
    public int? ClaimedSlsaLevel { get; init; }

    public string? BuildType { get; init; }

    public SignatureCountsStatus? Signatures { get; init; }

    public VerificationStatus? Verification { get; init; }

    public ExpectationsStatus? Expectations { get; init; }

    /// <summary>The signatures and attestations; no more than a status holds, the verified ones first.</summary>
    public IReadOnlyList<AttestationStatus> Attestations { get => field ?? []; init; }

    public DateTimeOffset? LastCheckTime { get; init; }

    /// <summary>The scanner that looked.</summary>
    public string? Scanner { get; init; }

    /// <summary>Why there is no result, or none newer than <see cref="LastCheckTime"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Digests of the manifests under which the full reports are stored; none where that is the image's own digest.</summary>
    public IReadOnlyList<string> ReportDigests { get => field ?? []; init; }

    /// <summary>Platforms without a result, where others have one.</summary>
    public IReadOnlyList<MissingPlatformStatus> Missing { get => field ?? []; init; }
}
