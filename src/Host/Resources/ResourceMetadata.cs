using System.Text.Json;
using System.Text.Json.Serialization;

namespace RegistryOperator.Host.Resources;

/// <summary>The part of a Kubernetes object's metadata that the operator reads; everything else is carried along unread.</summary>
internal sealed record ResourceMetadata
{
    public string Name { get => field ?? ""; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    /// <summary>Counts changes of the spec; status writes leave it alone. Null for a resource that comes from a file.</summary>
    public long? Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyList<string> Finalizers { get => field ?? []; init; }

    public IReadOnlyDictionary<string, string> Annotations { get => field ?? NoText; init; }

    public IReadOnlyDictionary<string, string> Labels { get => field ?? NoText; init; }

    /// <summary>Fields not named here, such as <c>ownerReferences</c> and <c>managedFields</c>: a write must not drop them.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? OtherFields { get; set; }

    private static IReadOnlyDictionary<string, string> NoText { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
