using System.Text.Json.Serialization;
using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>
/// A <c>Registry</c> as the watch keeps it: metadata alone. Statuses are large, and the reconciler reads the resource again anyway.
/// </summary>
internal sealed record ResourceHead : IKubernetesResource
{
    public static ResourceType<ResourceHead> ResourceType { get; } =
        new(RegistryGroup.Name, RegistryGroup.Version, RegistryGroup.Plural, ResourceHeadJsonContext.Default.ResourceHead);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }
}

[JsonSerializable(typeof(ResourceHead))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ResourceHeadJsonContext : JsonSerializerContext;
