using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Workloads;

/// <summary>
/// What is kept of an object that runs containers, of whichever kind: a Pod with what it runs, or one with a template for Pods. All else is skipped while it
/// is parsed: a Pod of 5 KB becomes a tenth of that.
/// </summary>
internal sealed record WorkloadObject : IKubernetesResource
{
    [JsonPropertyName("metadata")]
    public required ObjectMeta Metadata { get; init => field = Shorten(value); }

    [JsonPropertyName("spec")]
    public WorkloadObjectSpec? Spec { get; init; }

    [JsonPropertyName("status")]
    public WorkloadObjectStatus? Status { get; init; }

    /// <summary>True where both say the same of what runs: the server counts every heartbeat as a change of the object.</summary>
    public bool SaysTheSameAs(WorkloadObject other) =>
        ReferenceEquals(this, other) || Content().AsSpan().SequenceEqual(other.Content());

    /// <summary>The template for its Pods; null for a Pod.</summary>
    [JsonIgnore]
    public PodTemplate? Template => Spec?.Template ?? Spec?.JobTemplate?.Spec?.Template;

    /// <summary>True where it says which containers it runs.</summary>
    [JsonIgnore]
    public bool HasContainers => Spec?.Containers is { Count: > 0 } || Template?.Spec?.Containers is { Count: > 0 };

    /// <summary>Its annotations that are meant for the operator, by their short names: its own, then those of its Jobs' template, then those of
    /// its Pods'.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Annotations
    {
        get
        {
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            IReadOnlyDictionary<string, string>?[] places = [Metadata.Annotations, Spec?.JobTemplate?.Metadata?.Annotations, Template?.Metadata?.Annotations];
            foreach (var annotations in places)
            {
                foreach (var (name, value) in Own(annotations)) found.TryAdd(name[RegistryGroup.AnnotationPrefix.Length..], value);
            }

            return found;
        }
    }

    private byte[] Content() =>
        JsonSerializer.SerializeToUtf8Bytes(this with { Metadata = Metadata with { ResourceVersion = null } }, WorkloadObjectJson.Default.WorkloadObject);

    private static ObjectMeta Shorten(ObjectMeta whole) => new()
    {
        Name = whole.Name,
        Namespace = whole.Namespace,
        Uid = whole.Uid,
        ResourceVersion = whole.ResourceVersion,
        OwnerReferences = whole.OwnerReferences,
        Annotations = whole.Annotations is { Count: > 0 } ? Own(whole.Annotations) : null,
    };

    private static Dictionary<string, string> Own(IReadOnlyDictionary<string, string>? annotations) =>
        (annotations ?? new Dictionary<string, string>()).Where(pair => pair.Key.StartsWith(RegistryGroup.AnnotationPrefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
}

/// <summary>The parts of the specs of all kinds: each kind has some of them, a Pod its containers.</summary>
internal sealed record WorkloadObjectSpec : PodSpec
{
    [JsonPropertyName("replicas")]
    public int? Replicas { get; init; }

    [JsonPropertyName("template")]
    public PodTemplate? Template { get; init; }

    [JsonPropertyName("jobTemplate")]
    public JobTemplate? JobTemplate { get; init; }

    [JsonPropertyName("nodeName")]
    public string? NodeName { get; init; }
}

internal sealed record JobTemplate(
    [property: JsonPropertyName("metadata")] TemplateMetadata? Metadata, [property: JsonPropertyName("spec")] WorkloadObjectSpec? Spec);

internal sealed record PodTemplate([property: JsonPropertyName("metadata")] TemplateMetadata? Metadata, [property: JsonPropertyName("spec")] PodSpec? Spec);

internal sealed record TemplateMetadata([property: JsonPropertyName("annotations")] IReadOnlyDictionary<string, string>? Annotations);

/// <summary>The containers of a Pod or of a template.</summary>
internal record PodSpec
{
    [JsonPropertyName("containers")]
    public IReadOnlyList<ContainerSpec>? Containers { get; init; }

    [JsonPropertyName("initContainers")]
    public IReadOnlyList<ContainerSpec>? InitContainers { get; init; }

    [JsonPropertyName("ephemeralContainers")]
    public IReadOnlyList<ContainerSpec>? EphemeralContainers { get; init; }
}

internal sealed record ContainerSpec([property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("image")] string? Image);

/// <summary>What a Pod really runs.</summary>
internal sealed record WorkloadObjectStatus
{
    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    [JsonPropertyName("containerStatuses")]
    public IReadOnlyList<ContainerState>? ContainerStatuses { get; init; }

    [JsonPropertyName("initContainerStatuses")]
    public IReadOnlyList<ContainerState>? InitContainerStatuses { get; init; }

    [JsonPropertyName("ephemeralContainerStatuses")]
    public IReadOnlyList<ContainerState>? EphemeralContainerStatuses { get; init; }

    /// <summary>Of a Node: its operating system and architecture.</summary>
    [JsonPropertyName("nodeInfo")]
    public NodeInfo? NodeInfo { get; init; }
}

internal sealed record ContainerState([property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("imageID")] string? ImageId);

internal sealed record NodeInfo(
    [property: JsonPropertyName("operatingSystem")] string? OperatingSystem, [property: JsonPropertyName("architecture")] string? Architecture);

[JsonSerializable(typeof(WorkloadObject))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class WorkloadObjectJson : JsonSerializerContext;
