using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Host.Plugins.Details;

/// <summary>Describes a scanner's options type, from the same metadata with which the serialiser binds it.</summary>
internal static class OptionsTypeReader
{
    // As a resource's options are bound.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>One entry for each property, those of objects after the object.</summary>
    public static IReadOnlyList<ScannerOptionDetails> Read(Type type)
    {
        List<ScannerOptionDetails> options = [];
        AddProperties(options, "", type, MakeDefault(type), [type]);
        return options;
    }

    private static void AddProperties(List<ScannerOptionDetails> options, string prefix, Type type, object? instance, Type[] within)
    {
        foreach (var property in Json.GetTypeInfo(type).Properties)
        {
            // A property without a setter is not an option, e.g. a computed one.
            if (property.Set is null && property.AssociatedParameter is null) continue;
            var value = instance is null ? null : ReadValue(property, instance);
            var name = prefix + property.Name;
            options.Add(new ScannerOptionDetails(name, JsonTypeNames.Of(property.PropertyType, Json))
            {
                Description = Attributes(property).OfType<DescriptionAttribute>().FirstOrDefault()?.Description,
                Default = value is null ? null : Serialize(property, value),
                Constraints = ConstraintTexts.Of(property.Name, property.IsRequired, Attributes(property)),
            });
            // A recursive type is described once.
            if (JsonTypeNames.ObjectWithin(property.PropertyType, Json) is { } nested && !within.Contains(nested.Type))
                AddProperties(options, name + nested.Suffix, nested.Type, nested.Suffix == "." ? value : null, [.. within, nested.Type]);
        }
    }

    private static IEnumerable<object> Attributes(JsonPropertyInfo property) => property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? [];

    // A type with required members has no instance without them.
    private static object? MakeDefault(Type type)
    {
        try
        {
            return JsonSerializer.Deserialize("{}", type, Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or TargetInvocationException or InvalidOperationException)
        {
            return null;
        }
    }

    // A plugin's property may throw anything; then it has no default to show.
    private static object? ReadValue(JsonPropertyInfo property, object instance)
    {
        try
        {
            return property.Get?.Invoke(instance);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static JsonNode? Serialize(JsonPropertyInfo property, object value)
    {
        try
        {
            return JsonSerializer.SerializeToNode(value, property.PropertyType, Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
