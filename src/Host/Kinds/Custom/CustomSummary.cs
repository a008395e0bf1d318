using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>What a status needs of a scanner without a section of its own.</summary>
internal sealed record CustomSummary
{
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static CustomSummary Of(ImageScanResult result) => new() { Values = ResultText.Cut(result.Summary) };
}

/// <summary>The summary as the report store keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CustomSummary))]
internal sealed partial class CustomSummaryJson : JsonSerializerContext
{
    public static byte[] Write(CustomSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.CustomSummary);

    public static CustomSummary Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.CustomSummary)!;
}
