using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>
/// The part of every resource's metadata that controllers read
/// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#metadata"/>).
/// All other fields are kept in <see cref="Extra"/>, so that writing an object back loses nothing.
/// </summary>
public sealed record ObjectMeta
{
    private const string ManagedFields = "managedFields";

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>Null for a cluster-scoped resource.</summary>
    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    /// <summary>Differs between two resources that had the same name one after the other.</summary>
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    /// <summary>Opaque: compare for equality only.</summary>
    [JsonPropertyName("resourceVersion")]
    public string? ResourceVersion { get; init; }

    /// <summary>Grows with each change of the spec, not with one of the status; null for types that do not count it.</summary>
    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("creationTimestamp"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the resource goes when its last finalizer does.</summary>
    [JsonPropertyName("deletionTimestamp"), JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    [JsonPropertyName("finalizers")]
    public IReadOnlyList<string>? Finalizers { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyName("labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("ownerReferences")]
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>The fields that have no property here, such as <c>managedFields</c> and <c>generateName</c>.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>The resource's key.</summary>
    [JsonIgnore]
    public ResourceKey Key => new(Namespace ?? "", Name ?? "");

    /// <summary>True once deletion was asked for.</summary>
    [JsonIgnore]
    public bool IsBeingDeleted => DeletionTimestamp is not null;

    /// <summary>True where the resource is held by this finalizer.</summary>
    public bool HasFinalizer(string finalizer) => Finalizers?.Contains(finalizer, StringComparer.Ordinal) == true;

    /// <summary>
    /// Drops <c>managedFields</c>: often the largest part of a small object, and of no use to a controller. A server that
    /// receives an update without it keeps its own
    /// (<see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields"/>).
    /// </summary>
    internal void DropManagedFields()
    {
        if (Extra?.Remove(ManagedFields) == true && Extra.Count == 0) Extra = null;
    }
}

/// <summary>Who owns a resource: it is collected when its last owner is gone.</summary>
public sealed record OwnerReference
{
    [JsonPropertyName("apiVersion")]
    public required string ApiVersion { get; init; }

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    /// <summary>True for the one owner that controls the resource.</summary>
    [JsonPropertyName("controller")]
    public bool? Controller { get; init; }

    [JsonPropertyName("blockOwnerDeletion")]
    public bool? BlockOwnerDeletion { get; init; }
}
