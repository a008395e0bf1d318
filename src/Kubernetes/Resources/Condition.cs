using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// One aspect of a resource's state, for people and for <c>kubectl wait</c>
/// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties"/>).
/// Lenient where it is read: others write conditions into the same list, and one of theirs must not make the resource unreadable.
/// </summary>
public sealed record Condition
{
    /// <summary>The aspect, e.g. <c>Ready</c>; one condition for each.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="ConditionStatus"/>.</summary>
    [JsonPropertyName("status")]
    public string Status { get; init => field = value ?? ConditionStatus.Unknown; } = ConditionStatus.Unknown;

    /// <summary>Why, as one CamelCase word for programs.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Why, as a sentence for people.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>The generation of the spec that the condition speaks of.</summary>
    [JsonPropertyName("observedGeneration")]
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed, not when the condition was last written.</summary>
    [JsonPropertyName("lastTransitionTime"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; init; }
}

/// <summary>The three values of a condition's status.</summary>
public static class ConditionStatus
{
    public const string True = "True";
    public const string False = "False";
    public const string Unknown = "Unknown";
}
