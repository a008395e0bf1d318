using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Kinds.Custom;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Kinds.Vulnerabilities;

namespace RegistryOperator.Host.Kinds;

/// <summary>Summaries as the report store keeps them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VulnerabilitySummary))]
[JsonSerializable(typeof(EnrichedSbom))]
[JsonSerializable(typeof(CustomSummary))]
internal sealed partial class SummaryJson : JsonSerializerContext
{
    public static byte[] Write(VulnerabilitySummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.VulnerabilitySummary);

    public static byte[] Write(EnrichedSbom summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.EnrichedSbom);

    public static byte[] Write(CustomSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.CustomSummary);

    public static VulnerabilitySummary ReadVulnerabilities(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.VulnerabilitySummary)!;

    public static EnrichedSbom ReadSbom(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.EnrichedSbom)!;

    public static CustomSummary ReadCustom(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.CustomSummary)!;
}
