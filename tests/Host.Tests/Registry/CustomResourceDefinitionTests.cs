using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Registry;

/// <summary>The CRD is written by hand; these tests keep it and the C# types saying the same.</summary>
public sealed class CustomResourceDefinitionTests
{
    private static readonly JsonObject Definition = ReadDefinition();
    // What a structural schema may say: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
    private static readonly string[] SchemaKeys =
    [
        "additionalProperties", "allOf", "anyOf", "default", "description", "enum", "example", "exclusiveMaximum", "exclusiveMinimum", "externalDocs",
        "format", "items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not",
        "nullable", "oneOf", "pattern", "properties", "required", "title", "type", "uniqueItems", "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    ];

    private static readonly JsonObject Schema = Definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    [Fact]
    public void Definition_Names_AreTheConstants()
    {
        var spec = Definition["spec"]!;

        Text(Definition["metadata"]!["name"]).ShouldBe($"{RegistryGroup.Plural}.{RegistryGroup.Name}");
        Text(spec["group"]).ShouldBe(RegistryGroup.Name);
        Text(spec["names"]!["kind"]).ShouldBe(RegistryGroup.Kind);
        Text(spec["versions"]![0]!["name"]).ShouldBe(RegistryGroup.Version);
        spec["versions"]![0]!["subresources"]!["status"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("spec")]
    [InlineData("status")]
    public void Schema_FieldsAndTypes_AreThoseOfTheTypes(string section)
    {
        var type = RegistryJson.Resource.Properties.Single(property => property.Name == section).PropertyType;

        var inTypes = FieldsOf(RegistryJson.Options.GetTypeInfo(type), section).Order(StringComparer.Ordinal);
        var inSchema = FieldsOf(Schema["properties"]![section]!.AsObject(), section).Order(StringComparer.Ordinal);

        inSchema.ShouldBe(inTypes);
    }

    [Theory]
    [InlineData("scanInterval", RegistryDefaults.ScanInterval)]
    [InlineData("suspend", false)]
    [InlineData("credentialsSecret.usernameKey", RegistryDefaults.UsernameKey)]
    [InlineData("credentialsSecret.passwordKey", RegistryDefaults.PasswordKey)]
    [InlineData("credentialsSecrets[].usernameKey", RegistryDefaults.UsernameKey)]
    [InlineData("credentialsSecrets[].passwordKey", RegistryDefaults.PasswordKey)]
    [InlineData("caSecret.key", RegistryDefaults.CaKey)]
    [InlineData("clientCertificateSecret.certificateKey", RegistryDefaults.CertificateKey)]
    [InlineData("clientCertificateSecret.privateKeyKey", RegistryDefaults.PrivateKeyKey)]
    [InlineData("insecureSkipVerify", false)]
    [InlineData("scanConfig.timeout", RegistryDefaults.Timeout)]
    [InlineData("scanConfig.retryAttempts", RegistryDefaults.RetryAttempts)]
    [InlineData("scanConfig.retryDelay", RegistryDefaults.RetryDelay)]
    [InlineData("scanConfig.concurrency", RegistryDefaults.Concurrency)]
    [InlineData("tagFilter.limit", RegistryDefaults.TagLimit)]
    [InlineData("tagFilter.sortBy", RegistryDefaults.SortBy)]
    [InlineData("vulnerabilityScanning.enabled", false)]
    [InlineData("vulnerabilityScanning.scanner", RegistryDefaults.VulnerabilityScanner)]
    [InlineData("vulnerabilityScanning.scanInterval", RegistryDefaults.ImageScanInterval)]
    [InlineData("vulnerabilityScanning.severityThreshold", RegistryDefaults.SeverityThreshold)]
    [InlineData("vulnerabilityScanning.ignoreUnfixed", false)]
    [InlineData("sbomGeneration.enabled", false)]
    [InlineData("sbomGeneration.format", RegistryDefaults.SbomFormat)]
    [InlineData("sbomGeneration.generator", RegistryDefaults.SbomGenerator)]
    [InlineData("sbomGeneration.useAttached", false)]
    [InlineData("sbomGeneration.scanInterval", RegistryDefaults.ImageScanInterval)]
    [InlineData("provenanceTracking.enabled", false)]
    [InlineData("provenanceTracking.scanner", RegistryDefaults.ProvenanceScanner)]
    [InlineData("provenanceTracking.scanInterval", RegistryDefaults.ImageScanInterval)]
    [InlineData("scanners[].interval", RegistryDefaults.ImageScanInterval)]
    [InlineData("driftDetection.enabled", false)]
    [InlineData("driftDetection.scanner", RegistryDefaults.DriftScanner)]
    [InlineData("webhook.enabled", false)]
    [InlineData("webhook.insecureSkipVerify", false)]
    [InlineData("webhook.timeout", RegistryDefaults.WebhookTimeout)]
    public void Schema_Defaults_AreTheConstants(string path, object expected) =>
        SpecField(path)["default"]!.ToString().ShouldBe(JsonSerializer.SerializeToNode(expected)!.ToString());

    [Fact]
    public void Schema_FieldsWithoutADefault_AreThese() =>
        // Whoever adds a default to the CRD adds it to the table above.
        Descendants(Schema).Count(node => node.ContainsKey("default")).ShouldBe(35);

    [Theory]
    [InlineData("scanInterval", RegistryLimits.MinInterval, RegistryLimits.MaxInterval)]
    [InlineData("vulnerabilityScanning.scanInterval", RegistryLimits.MinInterval, RegistryLimits.MaxInterval)]
    [InlineData("sbomGeneration.scanInterval", RegistryLimits.MinInterval, RegistryLimits.MaxInterval)]
    [InlineData("provenanceTracking.scanInterval", RegistryLimits.MinInterval, RegistryLimits.MaxInterval)]
    [InlineData("driftDetection.checkInterval", RegistryLimits.MinInterval, RegistryLimits.MaxInterval)]
    [InlineData("scanConfig.retryAttempts", 0, RegistryLimits.MaxRetryAttempts)]
    [InlineData("scanConfig.concurrency", 1, RegistryLimits.MaxConcurrency)]
    public void Schema_Bounds_AreTheConstants(string path, int minimum, int maximum)
    {
        SpecField(path)["minimum"]!.GetValue<int>().ShouldBe(minimum);
        SpecField(path)["maximum"]!.GetValue<int>().ShouldBe(maximum);
    }

    [Fact]
    public void Schema_Choices_AreTheConstants()
    {
        Choices(SpecField("tagFilter.sortBy")).ShouldBe(TagOrders.All);
        Choices(SpecField("vulnerabilityScanning.severityThreshold")).ShouldBe(Severities.All);
        Choices(SpecField("sbomGeneration.format")).ShouldBe(SbomFormat.All);
        Choices(SpecField("webhook.events")["items"]!.AsObject()).ShouldBe(WebhookEvents.All);
    }

    [Fact]
    public void Schema_Lengths_AreTheConstants()
    {
        SpecField("url")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.UrlLength);
        SpecField("webhook.url")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.UrlLength);
        SpecField("repository")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.RepositoryLength);
        SpecField("tagFilter.include")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.PatternLength);
        SpecField("tagFilter.include")["maxItems"]!.GetValue<int>().ShouldBe(RegistryLimits.MaxPatterns);
        SpecField("tagFilter.versions")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.PatternLength);
        SpecField("credentialsSecret.name")["maxLength"]!.GetValue<int>().ShouldBe(RegistryLimits.SecretNameLength);
    }

    [Fact]
    public void Schema_EveryField_IsDescribed() =>
        Descendants(Schema["properties"]!["spec"]!).Concat(Descendants(Schema["properties"]!["status"]!))
            .Where(node => node["properties"] is JsonObject)
            .SelectMany(node => node["properties"]!.AsObject())
            .Where(field => field.Value!["description"] is null)
            .Select(field => field.Key).ShouldBeEmpty();

    // A comma in a text without quotes ends it, and the rest becomes a key, which the API server warns of and forgets.
    [Fact]
    public void Schema_EveryKey_IsOneThatSchemasHave() =>
        SchemasWithin(Schema).SelectMany(schema => schema.Select(member => member.Key)).Where(key => !SchemaKeys.Contains(key)).ShouldBeEmpty();

    [Theory]
    [InlineData("30s", true)]
    [InlineData("1h2m3.5s", true)]
    [InlineData("+.5s", true)]
    [InlineData("5.s", true)]
    [InlineData("100µs", true)]
    [InlineData("30", false)]
    [InlineData(".s", false)]
    [InlineData("-1s", false)]
    [InlineData("1d", false)]
    [InlineData("", false)]
    public void Schema_DurationPattern_TakesWhatTheParserTakes(string text, bool good)
    {
        Regex.IsMatch(text, Text(SpecField("scanConfig.timeout")["pattern"]), RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBe(good);
        (GoDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero).ShouldBe(good);
    }

    private static IEnumerable<string> FieldsOf(JsonTypeInfo type, string path) => type.Kind switch
    {
        JsonTypeInfoKind.Object => type.Properties.Where(property => !property.IsExtensionData)
            .SelectMany(property => FieldsOf(RegistryJson.Options.GetTypeInfo(property.PropertyType), $"{path}.{property.Name}")),
        JsonTypeInfoKind.Enumerable => FieldsOf(RegistryJson.Options.GetTypeInfo(type.ElementType!), path + "[]"),
        JsonTypeInfoKind.Dictionary => FieldsOf(RegistryJson.Options.GetTypeInfo(type.ElementType!), path + "{}"),
        _ => [$"{path}: {NameOf(Nullable.GetUnderlyingType(type.Type) ?? type.Type)}"],
    };

    private static string NameOf(Type type) =>
        type == typeof(string) ? "string" :
        type == typeof(bool) ? "boolean" :
        type == typeof(int) ? "integer int32" :
        type == typeof(long) ? "integer int64" :
        type == typeof(double) ? "number double" :
        type == typeof(DateTimeOffset) ? "string date-time" :
        type == typeof(JsonElement) ? "object" :
        type == typeof(TagPatterns) ? "anything" :
        throw new InvalidOperationException($"{type} has no JSON type here.");

    private static IEnumerable<string> FieldsOf(JsonObject schema, string path) =>
        (schema["type"]?.GetValue<string>() ?? "anything", schema["properties"], schema["additionalProperties"]) switch
        {
            ("object", JsonObject properties, _) => properties.SelectMany(property => FieldsOf(property.Value!.AsObject(), $"{path}.{property.Key}")),
            ("object", _, JsonObject entries) => FieldsOf(entries, path + "{}"),
            ("array", _, _) => FieldsOf(schema["items"]!.AsObject(), path + "[]"),
            (var type, _, _) => [$"{path}: {type}{(schema["format"] is { } format ? " " + format : "")}"],
        };

    private static JsonObject SpecField(string path) =>
        path.Split('.').Aggregate(Schema["properties"]!["spec"]!.AsObject(), (schema, name) => name.EndsWith("[]", StringComparison.Ordinal)
            ? schema["properties"]![name[..^2]]!["items"]!.AsObject()
            : schema["properties"]![name]!.AsObject());

    private static IEnumerable<JsonObject> Descendants(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Descendants(field.Value)).Prepend(fields),
        JsonArray items => items.SelectMany(Descendants),
        _ => [],
    };

    private static IEnumerable<JsonObject> SchemasWithin(JsonObject schema) => schema
        .SelectMany(member => (member.Key, member.Value) switch
        {
            ("properties", JsonObject fields) => fields.Select(field => field.Value),
            ("items" or "additionalProperties" or "not", JsonObject one) => [one],
            ("allOf" or "anyOf" or "oneOf", JsonArray several) => several,
            _ => [],
        })
        .OfType<JsonObject>()
        .SelectMany(SchemasWithin)
        .Prepend(schema);

    private static IEnumerable<string> Choices(JsonObject schema) => schema["enum"]!.AsArray().Select(Text);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static JsonObject ReadDefinition()
    {
        var problems = new YamlProblems();
        var documents = YamlReader.Read(new YamlSource("crd", new StringReader(CustomResourceDefinition.Read())), problems);
        problems.ShouldBeEmpty();
        return documents.ShouldHaveSingleItem().Json!.AsObject();
    }
}
