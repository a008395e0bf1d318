using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary><c>spec.vulnerabilityScanning</c>.</summary>
internal sealed record VulnerabilityScanningSpec
{
    public bool? Enabled { get; init; }

    /// <summary>The scanner's name, e.g. <c>trivy</c>.</summary>
    public string? Scanner { get; init; }

    /// <summary>The scanner's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>Seconds between scans of the same image.</summary>
    public int? ScanInterval { get; init; }

    /// <summary>One of <see cref="Severities"/>: less severe findings are not counted.</summary>
    public string? SeverityThreshold { get; init; }

    /// <summary>True leaves out vulnerabilities without a fixed version.</summary>
    public bool? IgnoreUnfixed { get; init; }

    /// <summary>Tags to scan; none means all.</summary>
    public IReadOnlyList<string> Tags { get => field ?? []; init; }

    [JsonIgnore]
    public bool IsEnabled => Enabled is true;
}

/// <summary><c>spec.sbomGeneration</c>.</summary>
internal sealed record SbomGenerationSpec
{
    public bool? Enabled { get; init; }

    /// <summary>One of <see cref="SbomFormat"/>.</summary>
    public string? Format { get; init; }

    /// <summary>The scanner that makes it, e.g. <c>syft</c>, <c>trivy</c>.</summary>
    public string? Generator { get; init; }

    /// <summary>The scanner's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>True takes an SBOM that is attached to the image, where there is one, instead of generating it.</summary>
    public bool? UseAttached { get; init; }

    /// <summary>Seconds between scans of the same image.</summary>
    public int? ScanInterval { get; init; }

    /// <summary>Tags to scan; none means all.</summary>
    public IReadOnlyList<string> Tags { get => field ?? []; init; }

    [JsonIgnore]
    public bool IsEnabled => Enabled is true;
}

/// <summary><c>spec.provenanceTracking</c>.</summary>
internal sealed record ProvenanceTrackingSpec
{
    public bool? Enabled { get; init; }

    /// <summary>The scanner's name, e.g. <c>provenance</c>.</summary>
    public string? Scanner { get; init; }

    /// <summary>The scanner's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>How signatures are verified; null verifies none.</summary>
    public VerificationSpec? Verification { get; init; }

    /// <summary>Seconds between checks of the same image.</summary>
    public int? ScanInterval { get; init; }

    /// <summary>Tags to check; none means all.</summary>
    public IReadOnlyList<string> Tags { get => field ?? []; init; }

    [JsonIgnore]
    public bool IsEnabled => Enabled is true;
}

/// <summary><c>spec.driftDetection</c>.</summary>
internal sealed record DriftDetectionSpec
{
    public bool? Enabled { get; init; }

    /// <summary>The scanner's name, e.g. <c>drift</c>.</summary>
    public string? Scanner { get; init; }

    /// <summary>The scanner's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>Namespaces whose workloads are compared; none means all.</summary>
    public IReadOnlyList<string> Namespaces { get => field ?? []; init; }

    /// <summary>Other names of the repository, under which workloads may run its images: <c>HOST[:PORT][/PATH]</c>, the repository itself or what stands
    /// before its path.</summary>
    public IReadOnlyList<string> Mirrors { get => field ?? []; init; }

    /// <summary>Seconds between checks; null follows <see cref="RegistrySpec.ScanInterval"/>.</summary>
    public int? CheckInterval { get; init; }

    [JsonIgnore]
    public bool IsEnabled => Enabled is true;
}

/// <summary>An entry of <c>spec.scanners</c>: a scanner of a kind that has no section of its own.</summary>
internal sealed record CustomScannerSpec
{
    /// <summary>The scanner's name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Seconds between scans of the same image.</summary>
    public int? Interval { get; init; }

    /// <summary>The scanner's own options.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>Tags to scan; none means all.</summary>
    public IReadOnlyList<string> Tags { get => field ?? []; init; }
}

/// <summary><c>spec.webhook</c>.</summary>
internal sealed record WebhookSpec
{
    public bool? Enabled { get; init; }

    public string Url { get => field ?? ""; init; }

    /// <summary>Values of <see cref="WebhookEvents"/>; none means all.</summary>
    public IReadOnlyList<string> Events { get => field ?? []; init; }

    public WebhookAuthSecretSpec? AuthSecret { get; init; }

    public bool? InsecureSkipVerify { get; init; }

    /// <summary>A <see cref="GoDuration"/>.</summary>
    public string? Timeout { get; init; }

    [JsonIgnore]
    public bool IsEnabled => Enabled is true;
}

/// <summary>A Secret of the resource's namespace: a bearer token, or a user name and a password.</summary>
internal sealed record WebhookAuthSecretSpec
{
    public string Name { get => field ?? ""; init; }

    public string? TokenKey { get; init; }

    public string? UsernameKey { get; init; }

    public string? PasswordKey { get; init; }
}
