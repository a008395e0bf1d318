using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CoreEvent))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(PartialResource))]
[JsonSerializable(typeof(PartialMetadata))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
