using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Reads of a configuration what the details show. Its lists and maps may have hundreds of thousands of entries, which are cut while they are parsed
/// (<see cref="DetailLimits"/>); scanners are given the whole document.
/// </summary>
internal static class ShownConfiguration
{
    /// <summary>Reads a configuration.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageConfiguration Read(ReadOnlySpan<byte> content) =>
        JsonSerializer.Deserialize(content, ShownConfigurationContext.Default.ImageConfiguration)
        ?? throw new JsonException($"Expected a JSON object ({nameof(ImageConfiguration)}), found null.");
}

/// <summary>Reads what a container is started with. Null counts as empty, as in Go.</summary>
internal sealed class ShownContainerConverter : JsonConverter<ContainerConfiguration>
{
    /// <inheritdoc/>
    public override ContainerConfiguration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("The configuration of the container is not an object.");
        var container = new ContainerConfiguration();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = JsonText.TextOf(reader);
            reader.Read();
            container = name switch
            {
                "User" => container with { User = TextOf(ref reader) },
                "WorkingDir" => container with { WorkingDirectory = TextOf(ref reader) },
                "Entrypoint" => container with { Entrypoint = ReadList(ref reader, text => text) },
                "Cmd" => container with { Command = ReadList(ref reader, text => text) },
                "Env" => container with { Environment = ReadList(ref reader, NameOf) },
                "ExposedPorts" => container with { ExposedPorts = ReadPorts(ref reader) },
                "Labels" => container with { Labels = ReadLabels(ref reader) },
                _ => Skip(ref reader, container),
            };
        }

        return container;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ContainerConfiguration value, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <summary>The first entries.</summary>
    /// <param name="reader">At the list.</param>
    /// <param name="shownOf">What is shown of one; null for nothing.</param>
    private static List<string>? ReadList(ref Utf8JsonReader reader, Func<string, string?> shownOf)
    {
        if (reader.TokenType is JsonTokenType.Null) return null;
        if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("Expected a list of texts.");
        var kept = new List<string>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw new JsonException("Expected a text.");
            if (kept.Count < DetailLimits.Entries && shownOf(TextOf(ref reader) ?? "") is { } shown) kept.Add(shown);
        }

        return kept;
    }

    private static Dictionary<string, JsonElement>? ReadPorts(ref Utf8JsonReader reader) =>
        ReadMap<JsonElement>(ref reader, static (ref Utf8JsonReader value) =>
        {
            value.Skip();
            return default;
        }, isKept: null);

    private static Dictionary<string, string>? ReadLabels(ref Utf8JsonReader reader) =>
        ReadMap(ref reader, static (ref Utf8JsonReader value) => DetailLimits.Cut(TextOf(ref value) ?? ""), ImageConfigReader.IsShownByKey);

    /// <summary>The first entries in the order of their keys, and those that are shown elsewhere.</summary>
    private static Dictionary<string, T>? ReadMap<T>(ref Utf8JsonReader reader, ValueReader<T> read, Func<string, bool>? isKept)
    {
        if (reader.TokenType is JsonTokenType.Null) return null;
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("Expected an object.");
        var kept = new Dictionary<string, T>(StringComparer.Ordinal);
        var first = new SortedSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = JsonText.TextOf(reader);
            reader.Read();
            var value = read(ref reader);
            kept[key] = value;
            if (isKept?.Invoke(key) == true || !first.Add(key) || first.Count <= DetailLimits.Entries) continue;
            kept.Remove(first.Max!);
            first.Remove(first.Max!);
        }

        return kept;
    }

    private static string? TextOf(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? JsonText.TextOf(reader) : throw new JsonException("Expected a text.");

    /// <summary>The name alone: values may be secrets, and long.</summary>
    private static string? NameOf(string variable) => ImageConfigReader.NameOf(variable) is { Length: > 0 } name ? name : null;

    private static ContainerConfiguration Skip(ref Utf8JsonReader reader, ContainerConfiguration container)
    {
        reader.Skip();
        return container;
    }

    private delegate T ValueReader<out T>(ref Utf8JsonReader reader);
}

[JsonSourceGenerationOptions(MaxDepth = 32, Converters = [typeof(ShownContainerConverter)])]
[JsonSerializable(typeof(ImageConfiguration))]
internal sealed partial class ShownConfigurationContext : JsonSerializerContext;
