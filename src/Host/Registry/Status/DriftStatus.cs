using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Registry.Status;

/// <summary><c>status.drift</c>: running workloads against the repository's tags.</summary>
internal sealed record DriftStatus
{
    public DateTimeOffset? LastCheckTime { get; init; }

    public IReadOnlyList<WorkloadDriftStatus> Workloads { get => field ?? []; init; }

    public DriftSummaryStatus? Summary { get; init; }

    /// <summary>The scanner that made it.</summary>
    public string? Scanner { get; init; }

    /// <summary>Why there is no result, or none newer than <see cref="LastCheckTime"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sentence that goes with <see cref="Reason"/>; without a reason, why no workload is compared.</summary>
    public string? Message { get; init; }

    /// <summary>The full documents in the report store.</summary>
    public IReadOnlyList<StoredDocumentStatus> Documents { get => field ?? []; init; }
}

internal sealed record WorkloadDriftStatus
{
    public string Namespace { get => field ?? ""; init; }

    public string Name { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }

    [JsonIgnore]
    public string FullName => NameOf(Kind, Namespace, Name);

    public string? CurrentImage { get; init; }

    public string? CurrentTag { get; init; }

    /// <summary><c>LATEST</c>, <c>OUTDATED</c>, <c>VULNERABLE</c> or <c>UNKNOWN</c>.</summary>
    public string? Status { get; init; }

    public IReadOnlyList<AvailableUpdateStatus> AvailableUpdates { get => field ?? []; init; }

    /// <summary><c>NO_ACTION</c>, <c>UPDATE_AVAILABLE</c>, <c>UPDATE_RECOMMENDED</c>, <c>URGENT_UPDATE</c> or <c>REVIEW_REQUIRED</c>.</summary>
    public string? Recommendation { get; init; }

    public string? Message { get; init; }

    /// <summary>What has happened to the running tag: <c>tagMoved</c>, <c>rebuilt</c>, <c>tagRewritten</c>, <c>missingUpstream</c>.</summary>
    public IReadOnlyList<string> Changes { get => field ?? []; init; }

    /// <summary>Where alarms are about another image than <see cref="CurrentImage"/>: which about which.</summary>
    public IReadOnlyList<WorkloadAlarmStatus> Alarms { get => field ?? []; init; }

    /// <summary>What should be corrected in the workload itself.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; }

    /// <summary>A workload as it is named to people, e.g. <c>Deployment/shop/api</c>.</summary>
    public static string NameOf(string kind, string @namespace, string name) => $"{kind}/{@namespace}/{name}";
}

internal sealed record WorkloadAlarmStatus
{
    /// <summary><c>tagRewritten</c> or <c>missingUpstream</c>.</summary>
    public string Change { get => field ?? ""; init; }

    /// <summary>The image as the workload writes it.</summary>
    public string? Image { get; init; }

    /// <summary>Why, of this image: the workload's own message may have no room for each.</summary>
    public string? Message { get; init; }
}

internal sealed record AvailableUpdateStatus
{
    public string Tag { get => field ?? ""; init; }

    public bool? Newer { get; init; }

    [JsonPropertyName("criticalCVEsFixed")]
    public int? CriticalCvesFixed { get; init; }

    [JsonPropertyName("highCVEsFixed")]
    public int? HighCvesFixed { get; init; }

    [JsonPropertyName("newCVEs")]
    public int? NewCves { get; init; }

    /// <summary><c>AVAILABLE</c>, <c>RECOMMENDED</c>, <c>URGENT_UPDATE</c>, <c>CAUTION</c> or <c>WAITING</c>.</summary>
    public string? Recommendation { get; init; }

    /// <summary>A difference for people, e.g. <c>+12.5 MiB</c>.</summary>
    public string? SizeDiff { get; init; }

    /// <summary>Until when the update is held back; null where it is not.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }
}

internal sealed record DriftSummaryStatus
{
    public int Total { get; init; }

    public int Latest { get; init; }

    public int Outdated { get; init; }

    public int Vulnerable { get; init; }

    public int Unknown { get; init; }

    public int UrgentUpdates { get; init; }
}
