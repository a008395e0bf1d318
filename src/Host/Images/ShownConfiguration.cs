using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Reads of a configuration what the details show, odd values as <see cref="LenientJson"/> does. Its lists and maps may have hundreds of thousands of entries,
/// which are cut while they are parsed (<see cref="DetailLimits"/>); scanners are given the whole document.
/// </summary>
internal static class ShownConfiguration
{
    private const int Depth = 32;

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageConfiguration Read(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = Depth });
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("The image's configuration is not a JSON object.");
        var configuration = new ImageConfiguration();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = LenientJson.ReadString(ref reader);
            reader.Read();
            switch (name)
            {
                case "created":
                    configuration = configuration with { Created = LenientJson.ReadTime(ref reader) };
                    break;
                case "author":
                    configuration = configuration with { Author = ReadText(ref reader) };
                    break;
                case "os":
                    configuration = configuration with { Os = ReadText(ref reader) };
                    break;
                case "architecture":
                    configuration = configuration with { Architecture = ReadText(ref reader) };
                    break;
                case "variant":
                    configuration = configuration with { Variant = ReadText(ref reader) };
                    break;
                case "config" when reader.TokenType is not JsonTokenType.Null:
                    configuration = configuration with { Config = ReadContainer(ref reader) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Throws where something follows.
        reader.Read();
        return configuration;
    }

    private static ContainerConfiguration ReadContainer(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("The configuration of the container is not an object.");
        var container = new ContainerConfiguration();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = LenientJson.ReadString(ref reader);
            reader.Read();
            container = name switch
            {
                "User" => container with { User = ReadText(ref reader) },
                "WorkingDir" => container with { WorkingDirectory = ReadText(ref reader) },
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

    private static string? ReadText(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Null ? null : LenientJson.ReadText(ref reader);

    /// <summary>The first entries. Docker writes a list that has a single entry as a text, too.</summary>
    /// <param name="reader">At the list.</param>
    /// <param name="shownOf">What is shown of one; null for nothing.</param>
    private static List<string>? ReadList(ref Utf8JsonReader reader, Func<string, string?> shownOf)
    {
        if (reader.TokenType is JsonTokenType.Null or JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        if (reader.TokenType is not JsonTokenType.StartArray)
            return LenientJson.ReadText(ref reader) is { Length: > 0 } one && shownOf(one) is { } single ? [single] : [];
        var kept = new List<string>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (kept.Count == DetailLimits.Entries) reader.Skip();
            else if (LenientJson.ReadText(ref reader) is { } text && shownOf(text) is { } shown) kept.Add(shown);
        }

        return kept;
    }

    /// <summary>Names with any value; some builders write a list.</summary>
    private static Dictionary<string, JsonElement>? ReadPorts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            return ReadList(ref reader, text => text.Length > 0 ? text : null)!
                .Distinct(StringComparer.Ordinal).ToDictionary(port => port, _ => default(JsonElement));
        }

        return ReadMap<JsonElement>(ref reader, static (ref Utf8JsonReader value, out JsonElement element) =>
        {
            value.Skip();
            element = default;
            return true;
        }, isKept: null);
    }

    private static Dictionary<string, string>? ReadLabels(ref Utf8JsonReader reader) => ReadMap<string>(
        ref reader,
        static (ref Utf8JsonReader value, out string text) =>
        {
            var read = LenientJson.ReadText(ref value);
            text = DetailLimits.Cut(read ?? "");
            return read is not null;
        },
        ImageConfigReader.IsShownByKey);

    /// <summary>The first entries in the order of their keys, and those that are shown elsewhere.</summary>
    private static Dictionary<string, T>? ReadMap<T>(ref Utf8JsonReader reader, ValueReader<T> read, Func<string, bool>? isKept)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var kept = new Dictionary<string, T>(StringComparer.Ordinal);
        var first = new SortedSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = LenientJson.ReadString(ref reader);
            reader.Read();
            if (!read(ref reader, out var value)) continue;
            kept[key] = value;
            if (isKept?.Invoke(key) == true || !first.Add(key) || first.Count <= DetailLimits.Entries) continue;
            kept.Remove(first.Max!);
            first.Remove(first.Max!);
        }

        return kept;
    }

    /// <summary>The name alone: values may be secrets, and long.</summary>
    private static string? NameOf(string variable) => ImageConfigReader.NameOf(variable) is { Length: > 0 } name ? name : null;

    private static ContainerConfiguration Skip(ref Utf8JsonReader reader, ContainerConfiguration container)
    {
        reader.Skip();
        return container;
    }

    private delegate bool ValueReader<T>(ref Utf8JsonReader reader, out T value);
}
