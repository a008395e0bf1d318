using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Decisions;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explanations for programs: a list always, since an image or a workload may be of several resources.</summary>
internal static class ExplanationJson
{
    private static readonly ExplanationJsonContext Context = new(new JsonSerializerOptions(ExplanationJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(IReadOnlyList<ImageExplanation> explanations) =>
        JsonSerializer.Serialize(explanations, Context.IReadOnlyListImageExplanation);

    public static string Write(IReadOnlyList<WorkloadExplanation> explanations) =>
        JsonSerializer.Serialize(explanations, Context.IReadOnlyListWorkloadExplanation);

    public static JsonElement ToElement(IReadOnlyList<ImageExplanation> explanations) =>
        JsonSerializer.SerializeToElement(explanations, Context.IReadOnlyListImageExplanation);

    public static JsonElement ToElement(IReadOnlyList<WorkloadExplanation> explanations) =>
        JsonSerializer.SerializeToElement(explanations, Context.IReadOnlyListWorkloadExplanation);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<ImageExplanation>))]
[JsonSerializable(typeof(IReadOnlyList<WorkloadExplanation>))]
internal sealed partial class ExplanationJsonContext : JsonSerializerContext;
