using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// A reference to content by media type, digest and size
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md"/>).
/// </summary>
public sealed record Descriptor
{
    /// <summary>The content's media type.</summary>
    [JsonPropertyName("mediaType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string MediaType { get; init; } = "";

    /// <summary>The content's digest.</summary>
    [JsonPropertyName("digest")]
    public required Digest Digest { get; init; }

    /// <summary>The content's size in bytes.</summary>
    [JsonPropertyName("size")]
    [JsonConverter(typeof(LenientSizeConverter))]
    public long Size { get; init; }

    /// <summary>The platform, for an entry of an index.</summary>
    [JsonPropertyName("platform")]
    public Platform? Platform { get; init; }

    /// <summary>The type of artifact, for a referrer. Some registries leave it out or put the configuration's media type here.</summary>
    [JsonPropertyName("artifactType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? ArtifactType { get; init; }

    /// <summary>Annotations of the content, where the source gives them.</summary>
    [JsonPropertyName("annotations")]
    [JsonConverter(typeof(LenientTextMapConverter))]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
