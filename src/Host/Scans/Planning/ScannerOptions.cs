using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>Binds the options in a resource to the scanner's own options type, and validates them.</summary>
internal static class ScannerOptions
{
    private const int HashLength = 16;

    // The type belongs to a plugin, so only reflection can bind it.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>How options of this type are read.</summary>
    public static JsonTypeInfo TypeInfoOf(Type type) => Json.GetTypeInfo(type);

    /// <summary>Binds and validates.</summary>
    /// <param name="field">Where the options stand, e.g. <c>spec.scanners[0].options</c>.</param>
    /// <param name="type">The scanner's options type; null where it takes none.</param>
    /// <param name="value">What the resource says; null for nothing.</param>
    /// <exception cref="FormatException">The options are not valid; the message says which and why.</exception>
    public static object? Bind(string field, Type? type, JsonElement? value)
    {
        if (type is null)
        {
            return value is null or { ValueKind: JsonValueKind.Object } && value?.EnumerateObject().Any() != true
                ? null
                : throw new FormatException($"{field}: the scanner takes no options; remove them.");
        }

        if (value is { } given) CheckNames(field, type, given);
        object options;
        try
        {
            options = (value is { } element ? element.Deserialize(type, Json) : JsonSerializer.Deserialize("{}", type, Json))!;
        }
        catch (JsonException invalid)
        {
            var mismatch = value is { } read ? OptionMismatch.Describe(field, TypeInfoOf(type), read) : null;
            throw new FormatException(mismatch ?? $"{field}{Path(invalid)}: {Sentence(invalid.Message)}", invalid);
        }

        var problems = new List<ValidationResult>();
        if (IsValid(field, options, problems)) return options;
        throw new FormatException($"{field}: {string.Join(" ", problems.Select(problem => problem.ErrorMessage))}");
    }

    private static bool IsValid(string field, object options, List<ValidationResult> problems)
    {
        try
        {
            return Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        }
        catch (Exception fault)
        {
            // The plugin's own validation may throw anything.
            throw new FormatException($"{field}: the scanner can't check its options. {PluginFault.Describe(fault)}", fault);
        }
    }

    /// <summary>A short hash over what a result depends on; empty where it depends on nothing.</summary>
    /// <param name="options">The scanner's options; null where it has none.</param>
    /// <param name="use">What else the resource says: the kind's variant and section, and the platforms that the scanner is told of.</param>
    /// <param name="secrets">What the Secrets hold that these name (<see cref="ReadSecrets.Identity"/>); null where they name none.</param>
    public static string Hash(object? options, ScannerUse use, string? secrets)
    {
        if (options is null && use.Variant is null && use.Section is null && use.Platforms.Count == 0) return "";
        var text = $"{use.Variant}\n{Write(options)}";
        // Nothing is added where there is nothing, so that reports of earlier versions are found.
        if (use.Section is { } section) text += $"\nsection {Write(section)}";
        if (use.Platforms.Count > 0) text += $"\nplatforms {string.Join(' ', use.Platforms.Order(StringComparer.Ordinal))}";
        if (secrets is not null) text += $"\nsecrets {secrets}";
        return Hash(text);
    }

    /// <summary>A short hash.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    private static string Write(object? options) => options is null ? "" : JsonSerializer.Serialize(options, options.GetType(), Json);

    /// <summary>The serialiser's own messages about unknown names and missing values mention .NET types.</summary>
    private static void CheckNames(string field, Type type, JsonElement value)
    {
        var known = Json.GetTypeInfo(type);
        switch (known.Kind, value.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object) when known.PolymorphismOptions is null:
                CheckProperties(field, known, value);
                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                foreach (var entry in value.EnumerateObject()) CheckNames(YamlPath.Field(field, entry.Name), known.ElementType!, entry.Value);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                foreach (var (index, item) in value.EnumerateArray().Index()) CheckNames(YamlPath.Item(field, index), known.ElementType!, item);
                break;
        }
    }

    private static void CheckProperties(string field, JsonTypeInfo known, JsonElement map)
    {
        foreach (var property in map.EnumerateObject())
        {
            var path = YamlPath.Field(field, property.Name);
            var option = known.Properties.FirstOrDefault(option => !option.IsExtensionData && IsNamed(option, property));
            if (option is null && known.Properties.Any(other => other.IsExtensionData)) continue;
            if (option is null)
                throw new FormatException($"{path}: unknown option; {Suggest(property.Name, [.. known.Properties.Select(other => other.Name)])}");
            if (property.Value.ValueKind == JsonValueKind.Null && !option.IsSetNullable)
                throw new FormatException($"{path}: has no value; give it one, or remove it for the default.");
            CheckNames(path, option.PropertyType, property.Value);
        }

        if (known.Properties.FirstOrDefault(option => option.IsRequired && !map.EnumerateObject().Any(property => IsNamed(option, property))) is { } missing)
            throw new FormatException($"{YamlPath.Field(field, missing.Name)}: is required; give it a value.");
    }

    private static bool IsNamed(JsonPropertyInfo option, JsonProperty property) =>
        string.Equals(option.Name, property.Name, StringComparison.OrdinalIgnoreCase);

    private static string Suggest(string name, string[] names) =>
        NearestName.Find(name, names) is { } nearest ? $"did you mean {nearest}?"
        : names.Length == 0 ? "the scanner knows none."
        : $"known are {string.Join(", ", names)}.";

    private static string Path(JsonException invalid) => invalid.Path is { Length: > 1 } path ? path[1..] : "";

    // The serialiser appends a position in its own input, which is not the user's.
    private static string Sentence(string message)
    {
        var end = message.IndexOf(" Path:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
