using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// An event of the core group: what <c>kubectl describe</c> and <c>kubectl get events</c> show of a resource
/// (<see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"/>).
/// </summary>
public sealed record CoreEvent : IKubernetesResource
{
    /// <summary>Characters of <see cref="Message"/> that an API server takes.</summary>
    public const int LongestMessage = 1024;

    /// <summary>Where events are in the API.</summary>
    public static ResourceType<CoreEvent> ResourceType { get; } = new("", "v1", "events", KubernetesJsonContext.Default.CoreEvent);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }

    [JsonPropertyName("involvedObject")]
    public required EventSubject InvolvedObject { get; init; }

    /// <summary>Why, as one word in upper camel case.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("firstTimestamp"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? FirstTimestamp { get; init; }

    [JsonPropertyName("lastTimestamp"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often it has happened.</summary>
    [JsonPropertyName("count")]
    public int Count { get; init; } = 1;

    [JsonPropertyName("source")]
    public EventSource? Source { get; init; }
}

/// <summary>What an event is about.</summary>
public sealed record EventSubject
{
    [JsonPropertyName("apiVersion")]
    public required string ApiVersion { get; init; }

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("uid")]
    public string? Uid { get; init; }
}

/// <summary>Who tells of an event.</summary>
public sealed record EventSource
{
    [JsonPropertyName("component")]
    public required string Component { get; init; }
}
