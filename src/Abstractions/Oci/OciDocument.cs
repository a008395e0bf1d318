using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>Reads the JSON documents of an image.</summary>
public static class OciDocument
{
    /// <summary>Reads an image configuration.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageConfiguration ReadImageConfiguration(ReadOnlySpan<byte> content) =>
        Read(content, OciJsonContext.Default.ImageConfiguration).WithoutNulls();

    /// <summary>Reads an image index.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> content) => Read(content, OciJsonContext.Default.ImageIndex).WithoutNulls();

    /// <summary>Reads an image manifest.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    internal static ImageManifest ReadImageManifest(ReadOnlySpan<byte> content) => Read(content, OciJsonContext.Default.ImageManifest).WithoutNulls();

    private static T Read<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(content, type) ?? throw new JsonException("Expected a JSON object, found null.");
}

[JsonSourceGenerationOptions(MaxDepth = 32)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfiguration))]
internal sealed partial class OciJsonContext : JsonSerializerContext;
