using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// One aspect of a resource's state, for people and for <c>kubectl wait</c>
/// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties"/>).
/// </summary>
public sealed record Condition
{
    /// <summary>The aspect, e.g. <c>Ready</c>; one condition for each.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>One of <see cref="ConditionStatus"/>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Why, as one CamelCase word for programs.</summary>
    [JsonPropertyName("reason")]
    public string Reason { get; init; } = "";

    /// <summary>Why, as a sentence for people.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    /// <summary>The generation of the spec that the condition speaks of.</summary>
    [JsonPropertyName("observedGeneration")]
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed, not when the condition was last written.</summary>
    [JsonPropertyName("lastTransitionTime"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset LastTransitionTime { get; init; }
}

/// <summary>The three values of a condition's status.</summary>
public static class ConditionStatus
{
    public const string True = "True";
    public const string False = "False";
    public const string Unknown = "Unknown";
}

/// <summary>Lists of conditions.</summary>
public static class Conditions
{
    /// <summary>
    /// The list with one condition set: replaced where its type is present, else appended. The time of the last transition is kept while the
    /// status is the same, else it is <paramref name="now"/>; the one given in <paramref name="condition"/> does not count. Returns the same list
    /// where nothing changed, so that a caller can see that there is nothing to write.
    /// </summary>
    public static IReadOnlyList<Condition> Set(this IReadOnlyList<Condition>? conditions, Condition condition, DateTimeOffset now)
    {
        conditions ??= [];
        var index = 0;
        while (index < conditions.Count && conditions[index].Type != condition.Type)
            index++;

        if (index == conditions.Count)
            return [.. conditions, condition with { LastTransitionTime = WholeSeconds(now) }];

        var current = conditions[index];
        condition = condition with { LastTransitionTime = current.Status == condition.Status ? current.LastTransitionTime : WholeSeconds(now) };
        if (condition == current)
            return conditions;

        var changed = conditions.ToArray();
        changed[index] = condition;
        return changed;
    }

    /// <summary>The condition of a type, or null.</summary>
    public static Condition? Find(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type);

    // As it will be read back: a fraction would make the next comparison differ.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
