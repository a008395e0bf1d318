using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Registry.Status;

/// <summary>What was found. Bounded in size; full documents are in the report store.</summary>
internal sealed record RegistryStatus
{
    /// <summary>The <c>metadata.generation</c> that this status is about.</summary>
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition> Conditions { get => field ?? []; init; }

    /// <summary>When the last round was made, whether it succeeded or not.</summary>
    public DateTimeOffset? LastScanTime { get; init; }

    /// <summary>One of <see cref="ScanStatuses"/>.</summary>
    public string? LastScanStatus { get; init; }

    /// <summary>Why the last round failed.</summary>
    public string? Message { get; init; }

    public DateTimeOffset? NextScanTime { get; init; }

    /// <summary>The value of <see cref="RegistryGroup.ScanRequestedAnnotation"/> that was last acted on.</summary>
    public string? LastHandledScanRequest { get; init; }

    public TagCountsStatus? Tags { get; init; }

    /// <summary>From what <see cref="Images"/> were chosen; null where no limit applies, or where they have to be chosen anew.</summary>
    public ChoiceStatus? Choice { get; init; }

    public IReadOnlyList<ImageStatus> Images { get => field ?? []; init; }

    /// <summary>What was left out to keep the resource within its size.</summary>
    public TruncationStatus? Truncated { get; init; }

    public DriftStatus? Drift { get; init; }

    /// <summary>Results over all images together, of the registry scanners in <c>spec.scanners</c>, by name.</summary>
    public IReadOnlyDictionary<string, RegistryScanStatus> Scans { get => field ?? NoScans; init; }

    public WebhookStatus? Webhook { get; init; }

    /// <summary>Fields not named here: written by a newer operator, they must survive this one's write.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }

    private static IReadOnlyDictionary<string, RegistryScanStatus> NoScans { get; } = new Dictionary<string, RegistryScanStatus>(StringComparer.Ordinal);
}

/// <summary>How many of the repository's tags were found, left out and read.</summary>
internal sealed record TagCountsStatus
{
    /// <summary>Tags in the registry's list.</summary>
    public int Found { get; init; }

    /// <summary>Left out by <c>include</c> and <c>exclude</c>.</summary>
    public int Excluded { get; init; }

    /// <summary>Left out by <c>limit</c>.</summary>
    public int Limited { get; init; }

    /// <summary>Left out because they hold signatures or referrers of other images, not images.</summary>
    public int SkippedSignatures { get; init; }

    /// <summary>Entries of the registry's list that are no tags by the specification's grammar, and are not counted in <c>found</c>; null for none.</summary>
    public int? Invalid { get; init; }

    /// <summary>Tags that were read.</summary>
    public int Scanned { get; init; }
}

/// <summary>From what images were chosen by <c>spec.tagFilter</c>: from the same the same is chosen, and nothing but the chosen is read.</summary>
internal sealed record ChoiceStatus
{
    /// <summary>A hash of the tags and of how they are chosen from.</summary>
    public string Hash { get => field ?? ""; init; }

    /// <summary>When the images were chosen.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>What was left out to keep the resource within its size.</summary>
internal sealed record TruncationStatus
{
    /// <summary>How many entries of each kind are missing, e.g. <c>images</c>, <c>labels</c>, <c>commands</c>.</summary>
    public IReadOnlyDictionary<string, int> Counts { get => field ?? NoCounts; init; }

    /// <summary>One sentence for people.</summary>
    public string? Message { get; init; }

    private static IReadOnlyDictionary<string, int> NoCounts { get; } = new Dictionary<string, int>(StringComparer.Ordinal);
}

/// <summary>The last notification.</summary>
internal sealed record WebhookStatus
{
    public DateTimeOffset? LastSentTime { get; init; }

    /// <summary><c>Sent</c> or <c>Failed</c>.</summary>
    public string? LastStatus { get; init; }

    /// <summary>One of <see cref="WebhookEvents"/>.</summary>
    public string? LastEvent { get; init; }

    public string? Message { get; init; }
}
