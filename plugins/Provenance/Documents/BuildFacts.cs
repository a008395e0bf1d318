using System.Text.Json;

namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>How an image was built, as a provenance says.</summary>
internal sealed record BuildFacts
{
    public string? Builder { get; init; }

    public string? BuildType { get; init; }

    public string? SourceRepository { get; init; }

    public string? SourceCommit { get; init; }

    /// <summary>True where the statement's builder says that the machine was not the builder's own.</summary>
    public bool IsSelfHosted { get; init; }

    /// <summary>Whether predicates of a type are read: provenance of a version that is known.</summary>
    public static bool IsRead(string predicateType) => ReaderOf(predicateType) is not null;

    /// <summary>Reads a predicate; null where it is none that is known.</summary>
    public static BuildFacts? Of(string predicateType, JsonElement predicate) =>
        predicate.ValueKind == JsonValueKind.Object ? ReaderOf(predicateType)?.Invoke(predicate) : null;

    private static Func<JsonElement?, BuildFacts>? ReaderOf(string predicateType) => predicateType switch
    {
        PredicateTypes.Slsa01 => SlsaPredicates.Read01,
        PredicateTypes.Slsa02 => SlsaPredicates.Read02,
        PredicateTypes.Slsa1 or "https://slsa.dev/provenance/v1.0" or "https://slsa.dev/provenance/v1.1" => SlsaPredicates.Read1,
        _ => null,
    };
}
