using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Shared;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>A text.</summary>
internal sealed class LenientTextConverter : JsonConverter<string?>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LenientJson.ReadText(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A list of texts. Docker writes one that has a single entry as a text, too.</summary>
internal sealed class LenientTextsConverter : JsonConverter<IReadOnlyList<string>?>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        if (reader.TokenType is not JsonTokenType.StartArray) return LenientJson.ReadText(ref reader) is { Length: > 0 } one ? [one] : [];
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (LenientJson.ReadText(ref reader) is { } text) texts.Add(text);
        }

        return texts;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value ?? []) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}

/// <summary>Texts by name, as labels and annotations are.</summary>
internal sealed class LenientTextMapConverter : JsonConverter<IReadOnlyDictionary<string, string>?>
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = LenientJson.ReadString(ref reader);
            reader.Read();
            if (LenientJson.ReadText(ref reader) is { } text) texts[name] = text;
        }

        return texts;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value ?? new Dictionary<string, string>()) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}

/// <summary>Names, each with any value: ports, which some builders write as a list.</summary>
internal sealed class LenientNamesConverter : JsonConverter<IReadOnlyDictionary<string, JsonElement>?>
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, JsonElement>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var names = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (LenientJson.ReadText(ref reader) is { Length: > 0 } name) names[name] = default;
            }

            return names;
        }

        if (reader.TokenType is not JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = LenientJson.ReadString(ref reader);
            reader.Read();
            names[name] = JsonElement.ParseValue(ref reader);
        }

        return names;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, JsonElement>? value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, element) in value ?? new Dictionary<string, JsonElement>())
        {
            writer.WritePropertyName(name);
            if (element.ValueKind is JsonValueKind.Undefined) writer.WriteNullValue();
            else element.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A size in bytes: beyond 64 bits the largest there is, and 0 where it is none.</summary>
internal sealed class LenientSizeConverter : JsonConverter<long>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt64(out var size)) return size;
        var text = LenientJson.ReadText(ref reader);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || double.IsNaN(number)) return 0;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out size) ? size : number switch
        {
            >= long.MaxValue => long.MaxValue,
            <= long.MinValue => long.MinValue,
            _ => (long)number,
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>A time; null where none can be read.</summary>
internal sealed class LenientTimeConverter : JsonConverter<DateTimeOffset?>
{
    /// <inheritdoc/>
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LenientJson.ReadTime(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time) writer.WriteStringValue(time);
        else writer.WriteNullValue();
    }
}
