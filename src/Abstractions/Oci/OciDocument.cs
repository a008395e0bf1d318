using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RegistryOperator.Abstractions.Oci;

/// <summary>Reads the JSON documents of an image.</summary>
public static class OciDocument
{
    internal const int MaximumDepth = 32;

    private const string NotAnObject = "Expected a JSON object, found null.";

    /// <summary>Reads an image configuration.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageConfiguration ReadImageConfiguration(ReadOnlySpan<byte> content) =>
        Read(content, OciJsonContext.Default.ImageConfiguration).WithoutNulls();

    /// <summary>Reads an image index.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> content) => Read(content, OciJsonContext.Default.ImageIndex).WithoutNulls();

    /// <summary>Reads an image index that is in several buffers.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    public static ImageIndex ReadIndex(ReadOnlySequence<byte> content)
    {
        if (content.IsSingleSegment) return ReadIndex(content.FirstSpan);
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaximumDepth });
        var index = JsonSerializer.Deserialize(ref reader, OciJsonContext.Default.ImageIndex) ?? throw new JsonException(NotAnObject);
        // Throws where something follows.
        reader.Read();
        return index.WithoutNulls();
    }

    /// <summary>Reads an image manifest.</summary>
    /// <exception cref="JsonException">The content is no such document.</exception>
    internal static ImageManifest ReadImageManifest(ReadOnlySpan<byte> content) => Read(content, OciJsonContext.Default.ImageManifest).WithoutNulls();

    private static T Read<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(content, type) ?? throw new JsonException(NotAnObject);
}

[JsonSourceGenerationOptions(MaxDepth = OciDocument.MaximumDepth)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfiguration))]
internal sealed partial class OciJsonContext : JsonSerializerContext;
