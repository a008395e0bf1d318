using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// An image index or Docker manifest list
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md"/>).
/// </summary>
public sealed record ImageIndex
{
    /// <summary>The index's own media type; may be absent.</summary>
    [JsonPropertyName("mediaType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? MediaType { get; init; }

    /// <summary>The type of artifact, when the index is no image.</summary>
    [JsonPropertyName("artifactType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? ArtifactType { get; init; }

    /// <summary>The manifests, in the order in which a runtime tries them.</summary>
    [JsonPropertyName("manifests")]
    public IReadOnlyList<Descriptor>? Manifests { get; init; }

    /// <summary>The manifest this index refers to.</summary>
    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    /// <summary>Annotations.</summary>
    [JsonPropertyName("annotations")]
    [JsonConverter(typeof(LenientTextMapConverter))]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
