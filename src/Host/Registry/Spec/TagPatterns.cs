using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Registry.Spec;

/// <summary>One regular expression, or a list of them.</summary>
[JsonConverter(typeof(TagPatternsConverter))]
internal sealed class TagPatterns(params IEnumerable<string> all) : IEquatable<TagPatterns>
{
    public IReadOnlyList<string> All { get; } = [.. all];

    public static implicit operator TagPatterns?(string? pattern) => pattern is null ? null : new TagPatterns(pattern);

    public bool Equals(TagPatterns? other) => other is not null && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as TagPatterns);

    public override int GetHashCode() => All.Count == 0 ? 0 : string.GetHashCode(All[0], StringComparison.Ordinal);
}

/// <summary>A text, or a list of texts; one is written as it was before there were lists.</summary>
internal sealed class TagPatternsConverter : JsonConverter<TagPatterns>
{
    public override TagPatterns Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new TagPatterns(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a text or a list of texts");
        var patterns = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            patterns.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("expected a text or a list of texts"));
        return new TagPatterns(patterns);
    }

    public override void Write(Utf8JsonWriter writer, TagPatterns value, JsonSerializerOptions options)
    {
        if (value.All is [var one])
        {
            writer.WriteStringValue(one);
            return;
        }

        writer.WriteStartArray();
        foreach (var pattern in value.All) writer.WriteStringValue(pattern);
        writer.WriteEndArray();
    }
}
