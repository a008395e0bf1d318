using System.Text.Json.Serialization;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>
/// An image or artifact manifest, OCI or Docker schema 2
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md"/>).
/// </summary>
public sealed record ImageManifest
{
    /// <summary>The manifest's own media type; absent from many OCI manifests.</summary>
    [JsonPropertyName("mediaType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? MediaType { get; init; }

    /// <summary>The type of artifact, when the manifest is no image.</summary>
    [JsonPropertyName("artifactType")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? ArtifactType { get; init; }

    /// <summary>The configuration.</summary>
    [JsonPropertyName("config")]
    public Descriptor? Config { get; init; }

    /// <summary>The layers, base first.</summary>
    [JsonPropertyName("layers")]
    public IReadOnlyList<Descriptor>? Layers { get; init; }

    /// <summary>The manifest this one refers to, for a signature, an SBOM or an attestation.</summary>
    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    /// <summary>Annotations.</summary>
    [JsonPropertyName("annotations")]
    [JsonConverter(typeof(LenientTextMapConverter))]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>
    /// True where the configuration is, or by its type may be, that of a container image; of the latter only its content tells
    /// (<see cref="MediaTypes.IsUntypedConfig"/>).
    /// </summary>
    [JsonIgnore]
    public bool MayBeImage => Config is { } config
        && (MediaTypes.IsImageConfig(config.MediaType) || (string.IsNullOrEmpty(ArtifactType) && MediaTypes.IsUntypedConfig(config.MediaType)));

    /// <summary>Size of the image in bytes as it is stored: configuration and layers. Negative sizes are ignored, and the sum does not overflow.</summary>
    [JsonIgnore]
    public long TotalSize
    {
        get
        {
            Int128 total = Math.Max(0, Config?.Size ?? 0);
            foreach (var layer in Layers ?? []) total += Math.Max(0, layer.Size);
            return (long)Int128.Min(total, long.MaxValue);
        }
    }
}
