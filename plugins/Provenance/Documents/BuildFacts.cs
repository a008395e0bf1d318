using System.Text.Json;

namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>How an image was built, as a provenance says.</summary>
internal sealed record BuildFacts
{
    public string? Builder { get; init; }

    public string? BuildType { get; init; }

    public string? SourceRepository { get; init; }

    public string? SourceCommit { get; init; }

    /// <summary>Reads a predicate; null where it is no provenance that is known.</summary>
    public static BuildFacts? Of(string predicateType, JsonElement predicate) => predicateType switch
    {
        PredicateTypes.Slsa01 => SlsaPredicates.Read01(predicate),
        PredicateTypes.Slsa02 => SlsaPredicates.Read02(predicate),
        PredicateTypes.Slsa1 or "https://slsa.dev/provenance/v1.0" or "https://slsa.dev/provenance/v1.1" => SlsaPredicates.Read1(predicate),
        _ => null,
    };
}
