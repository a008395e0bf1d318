using System.Text.Json.Serialization;

namespace RegistryOperator.Kubernetes.Resources;

/// <summary>The metadata of any object: of bookmarks, which have nothing else, and of objects that their own model refuses.</summary>
internal sealed record PartialResource
{
    [JsonPropertyName("metadata")]
    public PartialMetadata? Metadata { get; init; }
}

/// <summary>The metadata that identifies the object, and of a list how to continue.</summary>
internal sealed record PartialMetadata
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    [JsonPropertyName("resourceVersion")]
    public string? ResourceVersion { get; init; }

    [JsonPropertyName("continue")]
    public string? Continue { get; init; }
}
