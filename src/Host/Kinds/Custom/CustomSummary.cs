using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>What a status needs of a scanner without a section of its own.</summary>
internal sealed record CustomSummary
{
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary><c>Passed</c> or <c>Failed</c>; null where the scanner judges nothing, and in reports of earlier versions.</summary>
    public string? Verdict { get; init; }

    /// <summary>Null for none, and in reports of earlier versions.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    public static CustomSummary Of(ImageScanResult result)
    {
        var figures = ResultText.Cut(result.Figures);
        return new CustomSummary
        {
            Values = ResultText.Cut(result.Summary),
            Verdict = ResultVerdict.WordOf(result.Verdict),
            Figures = figures.Count == 0 ? null : figures,
        };
    }

    public ResultVerdict ToVerdict() => new(Verdict, Figures ?? ReadOnlyDictionary<string, double>.Empty);
}

/// <summary>The summary as the report store keeps it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CustomSummary))]
internal sealed partial class CustomSummaryJson : JsonSerializerContext
{
    public static byte[] Write(CustomSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary, Default.CustomSummary);

    public static CustomSummary Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.CustomSummary)!;
}
