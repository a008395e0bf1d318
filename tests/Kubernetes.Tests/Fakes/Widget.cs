using System.Text.Json.Serialization;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>A custom resource as a consumer of the library would model it.</summary>
internal sealed record Widget : IKubernetesResource
{
    public static ResourceType<Widget> Type { get; } = new("test.example.com", "v1", "widgets", WidgetJsonContext.Default.Widget);

    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init; }

    [JsonPropertyName("spec")]
    public WidgetSpec? Spec { get; init; }

    /// <summary>The JSON of a widget as the server sends it, in one line as a watch needs it.</summary>
    public static string Json(string name, string version, int size = 1, string ns = "default", string? uid = null) =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"{{{uid ?? name}}}","resourceVersion":"{{{version}}}","managedFields":""" +
        $$$"""[{"manager":"m"}]},"spec":{"size":{{{size}}}}}""";

    /// <summary>A widget that its model refuses: the size is text.</summary>
    public static string MalformedJson(string name, string version) =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"default","uid":"{{{name}}}","resourceVersion":"{{{version}}}"},"spec":{"size":"large"}}""";

    public static Widget Create(string name, string version = "1", string? uid = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = uid ?? name, ResourceVersion = version },
    };
}

internal sealed record WidgetSpec
{
    [JsonPropertyName("size")]
    public int Size { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Widget))]
internal sealed partial class WidgetJsonContext : JsonSerializerContext;
