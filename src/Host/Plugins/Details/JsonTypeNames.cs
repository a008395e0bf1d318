using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Host.Plugins.Details;

/// <summary>Names .NET types by their JSON types.</summary>
internal static class JsonTypeNames
{
    /// <summary>E.g. <c>string</c>, <c>integer</c>, <c>array of string</c>, <c>object of number</c>, or an enumeration's names.</summary>
    public static string Of(Type type, JsonSerializerOptions json)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum) return "one of " + string.Join(", ", Enum.GetNames(plain));
        var model = json.GetTypeInfo(plain);
        return model.Kind switch
        {
            JsonTypeInfoKind.Object => "object",
            JsonTypeInfoKind.Enumerable when model.ElementType is { } element => $"array of {Of(element, json)}",
            JsonTypeInfoKind.Dictionary when model.ElementType is { } element => $"object of {Of(element, json)}",
            _ => OfValue(plain),
        };
    }

    /// <summary>The object whose properties a user writes within a value of this type, and how their names follow; null where there is none.</summary>
    public static (Type Type, string Suffix)? ObjectWithin(Type type, JsonSerializerOptions json)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var model = json.GetTypeInfo(plain);
        return model.Kind switch
        {
            // Object itself is anything, not an object without properties.
            JsonTypeInfoKind.Object when plain != typeof(object) => (plain, "."),
            JsonTypeInfoKind.Enumerable when model.ElementType is { } element && IsObject(element, json) => (element, "[]."),
            JsonTypeInfoKind.Dictionary when model.ElementType is { } element && IsObject(element, json) => (element, ".*."),
            _ => null,
        };
    }

    private static bool IsObject(Type type, JsonSerializerOptions json) => type != typeof(object) && json.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object;

    private static string OfValue(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "boolean",
        TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => "integer",
        TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => "integer",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "number",
        _ when type == typeof(object) || type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type) => "any",
        _ => "string",
    };
}
