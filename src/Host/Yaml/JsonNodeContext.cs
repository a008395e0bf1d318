using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Yaml;

/// <summary>Generated metadata for plain JSON trees.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonNodeContext : JsonSerializerContext;
