using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Holds a status to the schema of the CRD before it is written: for one value that does not fit, the API server refuses the whole status, and would again
/// after each round. What does not fit is left out.
/// </summary>
internal static class StatusSchema
{
    /// <summary>So many places are named.</summary>
    private const int MostNamed = 3;

    private static readonly Lazy<SchemaNode> Schema = new(Read);

    /// <summary>The status without what does not fit; the same where all does.</summary>
    public static RegistryStatus Fit(RegistryStatus status)
    {
        if (IsFitting(status)) return status;
        if (JsonSerializer.SerializeToNode(status, RegistryJson.Status) is not JsonObject written) return status;
        var left = new List<string>();
        Fits(written, Schema.Value, "status", left);
        if (left.Count == 0) return status;
        var fitting = written.Deserialize(RegistryJson.Status)!;
        var more = left.Count > MostNamed ? $" and {left.Count - MostNamed} more" : "";
        var note = $"Left out of the status, since it does not fit the schema of the CRD: {string.Join(", ", left.Take(MostNamed))}{more}.";
        return fitting with { Message = string.IsNullOrEmpty(fitting.Message) ? note : $"{fitting.Message} {note}" };
    }

    /// <summary>Looks at one image after the other: nearly always all fits, and as one tree, a status takes ten times its size.</summary>
    private static bool IsFitting(RegistryStatus status)
    {
        var buffer = new ArrayBufferWriter<byte>();
        return Fits(status with { Images = [] }, RegistryJson.Status, Schema.Value, buffer)
            && Schema.Value.Properties.GetValueOrDefault("images")?.Items is { } schema
            && status.Images.All(image => Fits(image, RegistryJson.Image, schema, buffer));
    }

    private static bool Fits<T>(T value, JsonTypeInfo<T> type, SchemaNode schema, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer)) JsonSerializer.Serialize(writer, value, type);
        using var written = JsonDocument.Parse(buffer.WrittenMemory);
        return Fits(written.RootElement, schema);
    }

    private static SchemaNode Read()
    {
        using var text = new StringReader(CustomResourceDefinition.Read());
        var document = YamlReader.Read(new YamlSource("crd", text), new YamlProblems())[0];
        var status = document.Json!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["status"]!;
        return SchemaNode.Of(status.AsObject());
    }

    /// <summary>True where a value fits with all that is in it.</summary>
    private static bool Fits(JsonElement value, SchemaNode schema)
    {
        switch (schema.Type, value.ValueKind)
        {
            case (null, not JsonValueKind.Null):
                return true;
            case ("object", JsonValueKind.Object):
                foreach (var field in value.EnumerateObject())
                {
                    if (schema.MemberOf(field) is { } member && !Fits(field.Value, member)) return false;
                }

                return schema.Required.All(name => value.TryGetProperty(name, out _));
            case ("array", JsonValueKind.Array):
                foreach (var item in value.EnumerateArray())
                {
                    if (schema.Items is { } known && !Fits(item, known)) return false;
                }

                return true;
            default:
                return schema.HoldsScalar(value);
        }
    }

    /// <summary>Removes what does not fit inside of a value; false where the value itself does not.</summary>
    private static bool Fits(JsonNode? node, SchemaNode schema, string path, List<string> left) => (schema.Type, node) switch
    {
        (null, not null) => true,
        ("object", JsonObject members) => FitMembers(members, schema, path, left),
        ("array", JsonArray items) => FitItems(items, schema, path, left),
        (_, JsonValue value) => schema.HoldsScalar(value.GetValue<JsonElement>()),
        _ => false,
    };

    private static bool FitMembers(JsonObject members, SchemaNode schema, string path, List<string> left)
    {
        foreach (var (name, value) in members.ToList())
        {
            // A field that the schema does not know is kept or dropped by the API server, without a complaint.
            if (schema.MemberOf(name) is not { } member || Fits(value, member, $"{path}.{name}", left)) continue;
            left.Add($"{path}.{name}");
            members.Remove(name);
        }

        return schema.Required.All(members.ContainsKey);
    }

    private static bool FitItems(JsonArray items, SchemaNode schema, string path, List<string> left)
    {
        if (schema.Items is not { } item) return true;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (Fits(items[i], item, $"{path}[{i}]", left)) continue;
            left.Add($"{path}[{i}]");
            items.RemoveAt(i);
        }

        return true;
    }

    /// <summary>A part of the schema, as far as statuses need it.</summary>
    private sealed record SchemaNode(string? Type, string? Format)
    {
        public Dictionary<string, SchemaNode> Properties { get; private init; } = new(StringComparer.Ordinal);

        public SchemaNode? Additional { get; private init; }

        public SchemaNode? Items { get; private init; }

        public IReadOnlyList<string> Required { get; private init; } = [];

        public IReadOnlyList<string> Choices { get; private init; } = [];

        public static SchemaNode Of(JsonObject schema) => new((string?)schema["type"], (string?)schema["format"])
        {
            Properties = (schema["properties"]?.AsObject() ?? []).ToDictionary(one => one.Key, one => Of(one.Value!.AsObject()), StringComparer.Ordinal),
            Additional = schema["additionalProperties"] is JsonObject additional ? Of(additional) : null,
            Items = schema["items"] is JsonObject items ? Of(items) : null,
            Required = Texts(schema["required"]),
            Choices = Texts(schema["enum"]),
        };

        /// <summary>The schema of a member; null where it is not known.</summary>
        public SchemaNode? MemberOf(string name) => Properties.GetValueOrDefault(name, Additional!);

        /// <summary>The same without the name as a text: a status has tens of thousands.</summary>
        public SchemaNode? MemberOf(JsonProperty field)
        {
            foreach (var (name, member) in Properties)
            {
                if (field.NameEquals(name)) return member;
            }

            return Additional;
        }

        /// <summary>False for anything but a text, a number or a truth value of the schema's type.</summary>
        public bool HoldsScalar(JsonElement value) => (Type, value.ValueKind) switch
        {
            ("string", JsonValueKind.String) => (Choices.Count == 0 && Format != "date-time") || Holds(value.GetString()!),
            ("integer", JsonValueKind.Number) => Format == "int32" ? value.TryGetInt32(out _) : value.TryGetInt64(out _),
            ("number", JsonValueKind.Number) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            _ => false,
        };

        private bool Holds(string text) => (Choices.Count == 0 || Choices.Contains(text, StringComparer.Ordinal))
            && (Format != "date-time" || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _));

        private static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(one => (string)one!)];
    }
}
