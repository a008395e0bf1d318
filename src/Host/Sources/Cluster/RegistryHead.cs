using System.Text.Json.Serialization;
using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>
/// A <c>Registry</c> as the watch keeps it: metadata alone. Statuses are large, and the reconciler reads the resource anew anyway.
/// </summary>
internal sealed record RegistryHead : IKubernetesResource
{
    public static ResourceType<RegistryHead> ResourceType { get; } =
        new(RegistryGroup.Name, RegistryGroup.Version, RegistryGroup.Plural, RegistryHeadJsonContext.Default.RegistryHead);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }
}

[JsonSerializable(typeof(RegistryHead))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class RegistryHeadJsonContext : JsonSerializerContext;
