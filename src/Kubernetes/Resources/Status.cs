using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// An error of the API server
/// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind"/>).
/// </summary>
internal sealed record Status
{
    public const string KindName = "Status";

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    /// <summary>The HTTP status.</summary>
    [JsonPropertyName("code")]
    public int? Code { get; init; }

    /// <summary>The reason as one word, for programs, e.g. <c>AlreadyExists</c>.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("details")]
    public StatusDetails? Details { get; init; }
}

/// <summary>What an error is about.</summary>
internal sealed record StatusDetails
{
    /// <summary>The resource's name; absent where the error is not about one.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("retryAfterSeconds")]
    public int? RetryAfterSeconds { get; init; }
}
