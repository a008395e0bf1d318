using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Registry;

/// <summary>
/// How the custom resource is read and written as JSON: source-generated, without nulls and without empty lists and maps, times as Kubernetes
/// writes them. The generated context is private because it alone would write the empty lists.
/// </summary>
internal static partial class RegistryJson
{
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    public static JsonTypeInfo<RegistryResource> Resource { get; } = TypeInfo<RegistryResource>();

    public static JsonTypeInfo<RegistrySpec> Spec { get; } = TypeInfo<RegistrySpec>();

    public static JsonTypeInfo<RegistryStatus> Status { get; } = TypeInfo<RegistryStatus>();

    public static JsonTypeInfo<ImageStatus> Image { get; } = TypeInfo<ImageStatus>();

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(Context.Default.Options)
        {
            TypeInfoResolver = Context.Default.WithAddedModifier(RemoveIgnored).WithAddedModifier(OmitEmptyCollections),
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The generator lists properties marked [JsonIgnore] too, without accessors; readers of the list would take them for fields.</summary>
    private static void RemoveIgnored(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.Get is null && property.Set is null).ToList()) type.Properties.Remove(property);
    }

    private static void OmitEmptyCollections(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => !property.IsExtensionData && IsCollection(property.PropertyType)))
            property.ShouldSerialize = static (_, value) => value is IEnumerable items && HasItem(items);
    }

    private static bool IsCollection(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static bool HasItem(IEnumerable items)
    {
        if (items is ICollection { Count: var count }) return count > 0;
        var enumerator = items.GetEnumerator();
        using (enumerator as IDisposable) return enumerator.MoveNext();
    }

    [JsonSourceGenerationOptions(
        GenerationMode = JsonSourceGenerationMode.Metadata,
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = [typeof(KubernetesTimeConverter)])]
    [JsonSerializable(typeof(RegistryResource))]
    private sealed partial class Context : JsonSerializerContext;
}
