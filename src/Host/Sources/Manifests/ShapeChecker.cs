using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>
/// Compares JSON with its target type, field by field. The deserialiser alone would stop at the first wrong type, without a line
/// number, and ignore unknown fields: a misspelt field would silently get its default.
/// </summary>
internal sealed class ShapeChecker(ManifestSource source, YamlProblems problems)
{
    private readonly List<string> _rejected = [];

    /// <summary>
    /// Adds a problem for each value of the wrong type, and removes the value, so that the rest can be read and judged too; adds a problem for
    /// each unknown field of the resource itself and of its spec.
    /// </summary>
    public void CheckResource(JsonObject resource, JsonTypeInfo type)
    {
        foreach (var (name, value) in resource.ToList())
        {
            // Metadata and status are written by the API server and by other versions of the operator: an unknown field there is not a mistake.
            if (type.Properties.FirstOrDefault(property => property.Name == name) is not { } property) ReportUnknown(name, name, type.Properties);
            else if (!Check(value, TypeOf(type, property.PropertyType), name, strict: name == "spec")) resource.Remove(name);
        }
    }

    /// <summary>True where the value at the path, or one around it, was removed: its absence is then not reported again.</summary>
    public bool IsRejected(string path) =>
        _rejected.Exists(rejected =>
            path.StartsWith(rejected, StringComparison.Ordinal) && (path.Length == rejected.Length || path[rejected.Length] is '.' or '['));

    /// <summary>False where the value has to be removed.</summary>
    private bool Check(JsonNode? node, JsonTypeInfo type, string path, bool strict)
    {
        // As in the API server, a field that is null is one left out.
        if (node is null) return true;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => Expect<JsonObject>(node, path, "a map of fields", fields => CheckFields(fields, type, path, strict)),
            JsonTypeInfoKind.Enumerable => Expect<JsonArray>(node, path, "a list", items => CheckItems(items, ElementOf(type), path, strict)),
            JsonTypeInfoKind.Dictionary => Expect<JsonObject>(node, path, "a map", entries => CheckEntries(entries, ElementOf(type), path, strict)),
            _ => CheckScalar(node, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path),
        };
    }

    private bool CheckFields(JsonObject fields, JsonTypeInfo type, string path, bool strict)
    {
        var known = type.Properties.Where(property => !property.IsExtensionData).ToList();
        foreach (var (name, value) in fields.ToList())
        {
            var fieldPath = YamlPath.Field(path, name);
            if (known.Find(property => property.Name == name) is { } property)
            {
                if (!Check(value, TypeOf(type, property.PropertyType), fieldPath, strict)) fields.Remove(name);
            }
            else if (strict)
            {
                ReportUnknown(fieldPath, name, known);
            }
        }
        return true;
    }

    private void ReportUnknown(string path, string name, IEnumerable<JsonPropertyInfo> known)
    {
        // Where it stands, and what was meant, is looked for in the whole document.
        if (problems.IsFull(source.Document.File)) return;
        var names = known.Select(property => property.Name).ToList();
        var advice = NearestName.Find(name, names) is { } nearest ? $"did you mean {nearest}?" : $"known here are {string.Join(", ", names)}";
        problems.Add(source.ProblemAtKey(path, $"unknown field {path}; {advice}"));
    }

    /// <summary>A list with one bad item is removed whole, so that the paths of the others stay true.</summary>
    private bool CheckItems(JsonArray items, JsonTypeInfo type, string path, bool strict)
    {
        var good = true;
        for (var i = 0; i < items.Count; i++) good &= CheckPresent(items[i], type, YamlPath.Item(path, i), strict);
        return good;
    }

    private bool CheckEntries(JsonObject entries, JsonTypeInfo type, string path, bool strict)
    {
        var good = true;
        foreach (var (name, value) in entries) good &= CheckPresent(value, type, YamlPath.Field(path, name), strict);
        return good;
    }

    private bool CheckPresent(JsonNode? node, JsonTypeInfo type, string path, bool strict) =>
        node is null ? Reject(path, $"{path} is empty; give it a value or remove it") : Check(node, type, path, strict);

    private bool CheckScalar(JsonNode node, Type type, string path)
    {
        // Options of a scanner, which validates them itself.
        if (type == typeof(JsonElement)) return true;
        if (type == typeof(TagPatterns) && node is JsonArray texts) return CheckTexts(texts, path);
        var kind = node.GetValueKind();
        if (type == typeof(bool)) return kind is JsonValueKind.True or JsonValueKind.False || Mismatch(node, path, "true or false");
        if (type == typeof(int)) return (kind == JsonValueKind.Number && node.AsValue().TryGetValue<int>(out _)) || Mismatch(node, path, "a whole number");
        if (type == typeof(long)) return (kind == JsonValueKind.Number && node.AsValue().TryGetValue<long>(out _)) || Mismatch(node, path, "a whole number");
        return kind == JsonValueKind.String || Mismatch(node, path, "a text" + (node is JsonValue ? "; put it into quotes" : ""));
    }

    private bool CheckTexts(JsonArray texts, string path)
    {
        var good = true;
        for (var i = 0; i < texts.Count; i++)
        {
            var item = YamlPath.Item(path, i);
            good &= texts[i] is { } text ? CheckScalar(text, typeof(string), item) : Reject(item, $"{item} is empty; give it a value or remove it");
        }

        return good;
    }

    private bool Expect<T>(JsonNode node, string path, string expected, Func<T, bool> check)
        where T : JsonNode => node is T container ? check(container) : Mismatch(node, path, expected);

    private bool Mismatch(JsonNode node, string path, string expected) => Reject(path, $"{path} is {JsonValueText.Describe(node)}; expected {expected}");

    private bool Reject(string path, string message)
    {
        if (problems.IsFull(source.Document.File)) return false;
        _rejected.Add(path);
        problems.Add(source.ProblemAt(path, message));
        return false;
    }

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => TypeOf(type, type.ElementType ?? typeof(string));

    private static JsonTypeInfo TypeOf(JsonTypeInfo owner, Type type) => owner.Options.GetTypeInfo(type);
}
