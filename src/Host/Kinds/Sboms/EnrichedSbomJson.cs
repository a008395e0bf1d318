using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>The summary as the report store keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EnrichedSbom))]
internal sealed partial class EnrichedSbomJson : JsonSerializerContext
{
    public static byte[] Write(EnrichedSbom summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.EnrichedSbom);

    public static EnrichedSbom Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.EnrichedSbom)!;
}
