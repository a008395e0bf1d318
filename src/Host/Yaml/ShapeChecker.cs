using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Host.Yaml;

/// <summary>
/// Compares JSON with the type it is to become, field by field. The deserialiser alone would stop at the first wrong type, without a line
/// number, and pass over unknown fields: a typing error in a field's name would silently be its default.
/// </summary>
internal sealed class ShapeChecker(ManifestSource source, List<YamlProblem> problems)
{
    private const int ShownLength = 40;

<<<<<<< HEAD
    /// <summary>Adds a problem for each value of the wrong type and, where <paramref name="strict"/>, for each unknown field.</summary>
    public void Check(JsonNode? node, JsonTypeInfo type, string path, bool strict)
=======
    /// <summary>Adds a problem for each value of the wrong type and for each unknown field of the resource itself and of its spec.</summary>
    public void CheckResource(JsonObject resource, JsonTypeInfo type)
    {
        foreach (var (name, value) in resource)
        {
            // Metadata and status are written by the API server and by other versions of the operator: what is new there is no typing error.
            if (type.Properties.FirstOrDefault(property => property.Name == name) is { } property) Check(value, TypeOf(type, property.PropertyType), name, strict: name == "spec");
            else ReportUnknown(name, name, type.Properties);
        }
    }

    private void Check(JsonNode? node, JsonTypeInfo type, string path, bool strict)
>>>>>>> resources
    {
        // As in the API server, a field that is null is one left out.
        if (node is null) return;
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                if (Expect<JsonObject>(node, path, "a map of fields") is { } fields) CheckFields(fields, type, path, strict);
                break;
            case JsonTypeInfoKind.Enumerable:
                if (Expect<JsonArray>(node, path, "a list") is { } items) CheckItems(items, ElementOf(type), path, strict);
                break;
            case JsonTypeInfoKind.Dictionary:
                if (Expect<JsonObject>(node, path, "a map") is { } entries) CheckEntries(entries, ElementOf(type), path, strict);
                break;
            default:
                CheckScalar(node, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
                break;
        }
    }

    private void CheckFields(JsonObject fields, JsonTypeInfo type, string path, bool strict)
    {
        foreach (var (name, value) in fields)
        {
            var known = type.Properties.Where(property => !property.IsExtensionData);
            var fieldPath = YamlPath.Field(path, name);
            if (known.FirstOrDefault(property => property.Name == name) is { } property) Check(value, TypeOf(type, property.PropertyType), fieldPath, strict);
<<<<<<< HEAD
            else if (strict) problems.Add(source.ProblemAtKey(fieldPath, Unknown(fieldPath, name, known.Select(property => property.Name))));
        }
    }

    private static string Unknown(string path, string name, IEnumerable<string> known) =>
        NearestName.Find(name, known) is { } nearest
            ? $"unknown field {path}; did you mean {nearest}?"
            : $"unknown field {path}; known here are {string.Join(", ", known)}";
=======
            else if (strict) ReportUnknown(fieldPath, name, known);
        }
    }

    private void ReportUnknown(string path, string name, IEnumerable<JsonPropertyInfo> known)
    {
        var names = known.Select(property => property.Name).ToList();
        var advice = NearestName.Find(name, names) is { } nearest ? $"did you mean {nearest}?" : $"known here are {string.Join(", ", names)}";
        problems.Add(source.ProblemAtKey(path, $"unknown field {path}; {advice}"));
    }
>>>>>>> resources

    private void CheckItems(JsonArray items, JsonTypeInfo type, string path, bool strict)
    {
        for (var i = 0; i < items.Count; i++) CheckPresent(items[i], type, YamlPath.Item(path, i), strict);
    }

    private void CheckEntries(JsonObject entries, JsonTypeInfo type, string path, bool strict)
    {
        foreach (var (name, value) in entries) CheckPresent(value, type, YamlPath.Field(path, name), strict);
    }

    private void CheckPresent(JsonNode? node, JsonTypeInfo type, string path, bool strict)
    {
        if (node is null) problems.Add(source.ProblemAt(path, $"{path} is empty; give it a value or remove it"));
        else Check(node, type, path, strict);
    }

    private void CheckScalar(JsonNode node, Type type, string path)
    {
        var kind = node.GetValueKind();
        if (type == typeof(string) || type == typeof(DateTimeOffset))
        {
            var quotes = node is JsonValue ? "; put it into quotes" : "";
            if (kind != JsonValueKind.String) Mismatch(node, path, "a text" + quotes);
        }
        else if (type == typeof(bool))
        {
            if (kind is not (JsonValueKind.True or JsonValueKind.False)) Mismatch(node, path, "true or false");
        }
        else if (type == typeof(int) || type == typeof(long))
        {
            var fits = kind == JsonValueKind.Number && (type == typeof(int) ? node.AsValue().TryGetValue<int>(out _) : node.AsValue().TryGetValue<long>(out _));
            if (!fits) Mismatch(node, path, "a whole number");
        }
    }

    private T? Expect<T>(JsonNode node, string path, string expected)
        where T : JsonNode
    {
        if (node is T result) return result;
        Mismatch(node, path, expected);
        return null;
    }

    private void Mismatch(JsonNode node, string path, string expected) => problems.Add(source.ProblemAt(path, $"{path} is {Describe(node)}; expected {expected}"));

    private static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "a map",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text {Shorten($"'{node.GetValue<string>()}'")}",
        JsonValueKind.Number => $"the number {Shorten(node.ToJsonString())}",
        _ => node.ToJsonString(),
    };

    private static string Shorten(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "…";

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => TypeOf(type, type.ElementType ?? typeof(string));

    private static JsonTypeInfo TypeOf(JsonTypeInfo owner, Type type) => owner.Options.GetTypeInfo(type);
}
