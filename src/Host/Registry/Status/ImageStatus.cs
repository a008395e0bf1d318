using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Registry.Status;

/// <summary>One tag: the image it names and what is known about that image.</summary>
internal sealed record ImageStatus
{
    public string Tag { get => field ?? ""; init; }

    /// <summary>Other tags that named the same image when it was chosen; <c>spec.tagFilter.limit</c> counts them once.</summary>
    public IReadOnlyList<string> OtherTags { get => field ?? []; init; }

    /// <summary>The digest of the manifest or index that the tag names.</summary>
    public string? Digest { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Bytes of configuration and layers.</summary>
    public long? Size { get; init; }

    /// <summary>Why the image has no details, one of <c>ScanReasons</c>; null where it has them.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>.</summary>
    public string? Message { get; init; }

    public ImageTimestampsStatus? Timestamps { get; init; }

    /// <summary>Each <c>os/architecture[/variant]</c>.</summary>
    public IReadOnlyList<string> Platforms { get => field ?? []; init; }

    public IReadOnlyList<PlatformDigestStatus> PlatformDigests { get => field ?? []; init; }

    public ImageConfigStatus? Config { get; init; }

    public ImageUsageStatus? Usage { get; init; }

    public VulnerabilitiesStatus? Vulnerabilities { get; init; }

    public SbomStatus? Sbom { get; init; }

    public ProvenanceStatus? Provenance { get; init; }

    /// <summary>Results of the scanners in <c>spec.scanners</c>, by name.</summary>
    public IReadOnlyDictionary<string, CustomScanStatus> Scans { get => field ?? NoScans; init; }

    /// <summary>Fields not named here: written by a newer operator, they must survive this one's write.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }

    private static IReadOnlyDictionary<string, CustomScanStatus> NoScans { get; } = new Dictionary<string, CustomScanStatus>(StringComparer.Ordinal);
}

internal sealed record ImageTimestampsStatus
{
    /// <summary>When the image says it was created.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When the operator first saw this tag, whatever it named then.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>Since when the operator has seen the tag name this image; only where drift detection is on, whose clocks it keeps without a store.</summary>
    public DateTimeOffset? UnchangedSince { get; init; }

    /// <summary>Time since creation in its largest unit, e.g. <c>45d</c>, <c>2h</c>.</summary>
    public string? Age { get; init; }
}

internal sealed record PlatformDigestStatus
{
    public string Platform { get => field ?? ""; init; }

    /// <summary>The version of the operating system, by which images for Windows differ that have one platform otherwise.</summary>
    public string? OsVersion { get; init; }

    /// <summary>The digest of the platform's own manifest.</summary>
    public string Digest { get => field ?? ""; init; }
}

/// <summary>What a container of the image is started with.</summary>
internal sealed record ImageConfigStatus
{
    public string? BaseImage { get; init; }

    public string? Author { get; init; }

    public string? User { get; init; }

    public string? WorkDir { get; init; }

    public IReadOnlyList<string> Entrypoint { get => field ?? []; init; }

    public IReadOnlyList<string> Cmd { get => field ?? []; init; }

    public IReadOnlyList<string> ExposedPorts { get => field ?? []; init; }

    /// <summary>Names only: values may be secrets.</summary>
    public IReadOnlyList<string> EnvVars { get => field ?? []; init; }

    public IReadOnlyDictionary<string, string> Labels { get => field ?? NoLabels; init; }

    public int? LayerCount { get; init; }

    private static IReadOnlyDictionary<string, string> NoLabels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The workloads that run the image.</summary>
internal sealed record ImageUsageStatus
{
    public int WorkloadCount { get; init; }

    public IReadOnlyList<WorkloadStatus> Workloads { get => field ?? []; init; }

    public IReadOnlyList<string> Namespaces { get => field ?? []; init; }

    public int TotalPods { get; init; }
}

internal sealed record WorkloadStatus
{
    public string Kind { get => field ?? ""; init; }

    public string Namespace { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    public int? Replicas { get; init; }
}
