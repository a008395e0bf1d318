using System.Globalization;
using System.Text.Json;
using RegistryOperator.Shared;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Formats;

/// <summary>
/// A message in protobuf's JSON (https://protobuf.dev/programming-guides/json/): names in camel case or as in the .proto file, 64 bit numbers as text or
/// number, bytes as base64, null for what is absent. Duplicate names are refused.
/// </summary>
/// <param name="element">An object.</param>
/// <param name="where">Its path, for messages.</param>
internal readonly struct JsonMessage(JsonElement element, string where)
{
    /// <summary>Of the names that this library asks for, with the underscores of the .proto file.</summary>
    private const int LongestName = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public string Where => where;

    /// <summary>Parses a document that is an object.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="what">What it is, for messages.</param>
    public static JsonMessage Parse(ReadOnlyMemory<byte> json, string what)
    {
        try
        {
            // The document is not disposed: its buffer is the caller's, and what it rents is small and left to the collector.
            return Of(JsonDocument.Parse(json, Options).RootElement, what);
        }
        catch (Exception problem) when (JsonText.IsFault(problem))
        {
            // The parser counts lines from 0, and its words are about its own states.
            var line = problem is JsonException { LineNumber: { } number } ? $" in line {number + 1}" : "";
            throw RejectedException.Invalid($"{what} is no valid JSON{line}.");
        }
    }

    public JsonMessage? Message(string name) => Find(name) is { } found ? Of(found, Path(name)) : null;

    public JsonMessage RequiredMessage(string name) => Message(name) ?? throw Missing(name);

    /// <summary>The messages of a list; none where it is absent.</summary>
    public IReadOnlyList<JsonMessage> Messages(string name, int most)
    {
        var path = Path(name);
        return [.. Items(name, most).Select((item, index) => Of(item, $"{path}[{index}]"))];
    }

    public IReadOnlyList<byte[]> ByteStrings(string name, int most)
    {
        var path = Path(name);
        return [.. Items(name, most).Select((item, index) => BytesOf(item, $"{path}[{index}]"))];
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } found) return null;
        return found.ValueKind == JsonValueKind.String ? TextOf(found, Path(name)) : throw RejectedException.Invalid($"{Path(name)} is no text.");
    }

    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw Missing(name);

    /// <summary>An enumeration's value by its name, or its number as text.</summary>
    public string? Enumeration(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.String } text => TextOf(text, Path(name)),
        _ => throw RejectedException.Invalid($"{Path(name)} is no name of a value."),
    };

    public byte[]? Bytes(string name) => Find(name) is { } found ? BytesOf(found, Path(name)) : null;

    public byte[] RequiredBytes(string name) => Bytes(name) is { Length: > 0 } bytes ? bytes : throw Missing(name);

    public long? Number(string name)
    {
        if (Find(name) is not { } found) return null;
        var text = found.ValueKind switch
        {
            JsonValueKind.String => TextOf(found, Path(name)),
            JsonValueKind.Number => found.GetRawText(),
            _ => null,
        };
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw RejectedException.Invalid($"{Path(name)} is no whole number of 64 bits.");
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Universal, out var time)
            ? time
            : throw RejectedException.Invalid($"{Path(name)} is no time such as 2026-01-31T00:00:00Z.");
    }

    /// <summary>Refuses fields that the message does not have: what is not understood must not be ignored.</summary>
    public JsonMessage Only(params ReadOnlySpan<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!IsOneOf(property, names)) throw RejectedException.Invalid($"{where} has the unknown field {NameOf(property)}.");
        }

        return this;
    }

    private static bool IsOneOf(JsonProperty property, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (property.NameEquals(name)) return true;
        }

        Span<byte> buffer = stackalloc byte[LongestName];
        foreach (var name in names)
        {
            if (SnakeCase(name, buffer) is { Length: > 0 } snake && property.NameEquals(snake)) return true;
        }

        return false;
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return Words.Quote(property.Name);
        }
        catch (InvalidOperationException)
        {
            return "with a name that is no valid UTF-8 text";
        }
    }

    private static JsonMessage Of(JsonElement element, string where) =>
        element.ValueKind == JsonValueKind.Object ? new JsonMessage(element, where) : throw RejectedException.Invalid($"{where} is no object.");

    private static byte[] BytesOf(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.String && Base64Text.TryDecode(TextOf(element, path), out var bytes)
            ? bytes
            : throw RejectedException.Invalid($"{path} is no base64.");

    private static string TextOf(JsonElement element, string path)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RejectedException.Invalid($"{path} is no valid UTF-8 text.");
        }
    }

    /// <summary>The name as in the .proto file; empty where it is the same.</summary>
    private static ReadOnlySpan<byte> SnakeCase(string name, Span<byte> buffer)
    {
        var length = 0;
        foreach (var character in name)
        {
            if (char.IsAsciiLetterUpper(character)) buffer[length++] = (byte)'_';
            buffer[length++] = (byte)char.ToLowerInvariant(character);
        }

        return length == name.Length ? [] : buffer[..length];
    }

    private IReadOnlyList<JsonElement> Items(string name, int most)
    {
        if (Find(name) is not { } found) return [];
        if (found.ValueKind != JsonValueKind.Array) throw RejectedException.Invalid($"{Path(name)} is no list.");
        var count = found.GetArrayLength();
        return count <= most
            ? [.. found.EnumerateArray()]
            : throw new RejectedException(VerificationReasons.TooLarge, $"{Path(name)} has {count} items; up to {most} are read.");
    }

    private JsonElement? Find(string name)
    {
        Span<byte> buffer = stackalloc byte[LongestName];
        var isThere = element.TryGetProperty(name, out var value);
        if (SnakeCase(name, buffer) is { Length: > 0 } snake && element.TryGetProperty(snake, out var other))
        {
            // Readers that differ would believe different ones.
            if (isThere) throw RejectedException.Invalid($"{Path(name)} is there twice, in two spellings.");
            (isThere, value) = (true, other);
        }

        return isThere && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private RejectedException Missing(string name) => RejectedException.Invalid($"{Path(name)} is missing.");

    private string Path(string name) => $"{where}.{name}";
}
