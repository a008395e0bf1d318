using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Client;

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class PatchJsonContext : JsonSerializerContext;
