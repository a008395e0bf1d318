using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Host.Text;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>Finds the option whose value is of another type than the scanner's: the serialiser's own message names the type of .NET.</summary>
internal static class OptionMismatch
{
    /// <summary>What is wrong with the first such value; null where none is found.</summary>
    /// <param name="field">Where the value stands.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="value">The value.</param>
    public static string? Describe(string field, JsonTypeInfo type, JsonElement value)
    {
        // A type that is read in a way of its own says itself what it expects.
        if (value.ValueKind == JsonValueKind.Null) return null;
        return (type.Kind, value.ValueKind) switch
        {
            (JsonTypeInfoKind.Object, JsonValueKind.Object) => type.PolymorphismOptions is null ? OfProperties(field, type, value) : null,
            (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => value.EnumerateObject()
                .Select(entry => Describe(YamlPath.Field(field, entry.Name), ElementOf(type), entry.Value)).FirstOrDefault(found => found is not null),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => value.EnumerateArray()
                .Select((item, index) => Describe(YamlPath.Item(field, index), ElementOf(type), item)).FirstOrDefault(found => found is not null),
            _ => CanRead(type, value) || Expected(type) is not { } expected ? null : $"{field} is {JsonValueText.Describe(ToNode(value))}; expected {expected}",
        };
    }

    private static string? OfProperties(string field, JsonTypeInfo type, JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            var option = type.Properties.FirstOrDefault(one => !one.IsExtensionData && one.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
            if (option is null || option.CustomConverter is not null) continue;
            if (Describe(YamlPath.Field(field, property.Name), type.Options.GetTypeInfo(option.PropertyType), property.Value) is { } found) return found;
        }

        return null;
    }

    private static bool CanRead(JsonTypeInfo type, JsonElement value)
    {
        try
        {
            value.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Null for a type that JSON has no usual form of.</summary>
    private static string? Expected(JsonTypeInfo type)
    {
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => "a map of fields",
            JsonTypeInfoKind.Dictionary => "a map",
            JsonTypeInfoKind.Enumerable => "a list",
            _ when plain.IsEnum => Listed.Or(Enum.GetNames(plain)),
            _ when plain == typeof(TimeSpan) => "a time in a text, e.g. '00:10:00' for ten minutes",
            _ when plain == typeof(DateTime) || plain == typeof(DateTimeOffset) => "a time in a text, e.g. '2026-01-31T09:30:00Z'",
            _ when plain == typeof(DateOnly) => "a day in a text, e.g. '2026-01-31'",
            _ when plain == typeof(Uri) => "a URL in a text, e.g. 'https://example.com'",
            _ => OfValue(plain),
        };
    }

    private static string? OfValue(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => "a whole number from 0 on",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
        TypeCode.String => "a text; put it into quotes",
        _ => null,
    };

    private static JsonNode ToNode(JsonElement value) => JsonNode.Parse(value.GetRawText())!;

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);
}
