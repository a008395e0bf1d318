using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>A service account, for what its pods pull images with.</summary>
public sealed record ServiceAccount : IKubernetesResource
{
    /// <summary>Where service accounts are in the API.</summary>
    public static ResourceType<ServiceAccount> ResourceType { get; } = new("", "v1", "serviceaccounts", KubernetesJsonContext.Default.ServiceAccount);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }

    /// <summary>Secrets of its namespace.</summary>
    [JsonPropertyName("imagePullSecrets")]
    public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }
}

/// <summary>A resource of the same namespace, by its name.</summary>
public sealed record LocalObjectReference
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }
}
