using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>A secret, for reading credentials.</summary>
public sealed record Secret : IKubernetesResource
{
    /// <summary>Where secrets are in the API.</summary>
    public static ResourceType<Secret> ResourceType { get; } = new("", "v1", "secrets", KubernetesJsonContext.Default.Secret);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }

    /// <summary>E.g. <c>kubernetes.io/dockerconfigjson</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The values, decoded (base64 in JSON).</summary>
    [JsonPropertyName("data")]
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Names the secret and never shows a value.</summary>
    public override string ToString() => $"Secret {Metadata.Key}";
}
