using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;

namespace BuildStatements;

/// <summary>Reads SLSA provenance 1.0 (<see href="https://slsa.dev/spec/v1.0/provenance"/>) out of an in-toto statement.</summary>
internal static class BuildStatement
{
    private const string SlsaProvenance = "https://slsa.dev/provenance/v1";

    /// <summary>Null where the statement is about something else, or is no provenance.</summary>
    public static BuildProvenance? Find(ReadOnlyMemory<byte> content, Digest image)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var statement = document.RootElement;
            if (Text(statement, "predicateType") != SlsaProvenance || !IsAbout(statement, image)) return null;
            // Base images and tools are dependencies, too; the source is what has a commit.
            var source = Items(Get(statement, "predicate", "buildDefinition", "resolvedDependencies"))
                .FirstOrDefault(dependency => Text(dependency, "digest", "gitCommit") is not null);
            return new BuildProvenance
            {
                Builder = Text(statement, "predicate", "runDetails", "builder", "id"),
                SourceRepository = Text(source, "uri"),
                SourceCommit = Text(source, "digest", "gitCommit"),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsAbout(JsonElement statement, Digest image) =>
        Items(Get(statement, "subject")).Any(subject => Text(subject, "digest", image.Algorithm) == image.Encoded);

    private static IEnumerable<JsonElement> Items(JsonElement array) => array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : [];

    private static string? Text(JsonElement element, params IEnumerable<string> path) =>
        Get(element, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Of no kind where it is not there.</summary>
    private static JsonElement Get(JsonElement element, params IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return default;
        }

        return element;
    }
}
