using System.Text.Json.Serialization;

namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).</summary>
internal sealed record TagListResponse
{
    /// <summary>The tags. docker-registry writes null where the last one was deleted.</summary>
    [JsonPropertyName("tags")]
    public string?[]? Tags { get; init; }
}

[JsonSourceGenerationOptions(MaxDepth = 8)]
[JsonSerializable(typeof(TagListResponse))]
internal sealed partial class TagListJsonContext : JsonSerializerContext;
