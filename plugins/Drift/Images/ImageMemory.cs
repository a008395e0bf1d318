using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>
/// What the scanner remembers from check to check, as a document of its result: so it survives a restart. Digests are remembered that are asked for, and
/// forgotten when they are not; tags as long as the registry lists them.
/// </summary>
internal sealed record ImageMemory
{
    public const string MediaType = "application/vnd.registry-operator.drift-memory.v1+json";

    /// <summary>What was read from the registry, by digest.</summary>
    public Dictionary<string, ImageFacts> Images { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Digests that were read and are no images.</summary>
    public HashSet<string> NoImages { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Since when each tag has named its digest.</summary>
    public Dictionary<string, SeenTag> Tags { get; init; } = new(StringComparer.Ordinal);

    /// <summary>When what runs was first found missing: a tag or a digest.</summary>
    public Dictionary<string, DateTimeOffset> Missing { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Which of these were found missing once more, an interval later.</summary>
    public HashSet<string> Gone { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Reads what the last result holds; nothing where there is none, or none that can be read.</summary>
    public static ImageMemory Of(StoredResult<RegistryScanResult>? last)
    {
        if (last?.Value.Documents.FirstOrDefault(document => document.MediaType == MediaType) is not { } document) return new ImageMemory();
        try
        {
            return JsonSerializer.Deserialize(document.Content.Span, ImageMemoryJson.Default.ImageMemory) ?? new ImageMemory();
        }
        catch (JsonException)
        {
            return new ImageMemory();
        }
    }

    public ReportDocument ToDocument() => new(MediaType, JsonSerializer.SerializeToUtf8Bytes(this, ImageMemoryJson.Default.ImageMemory));
}

/// <summary>What a tag named when it was looked at, and since when.</summary>
internal sealed record SeenTag(string Digest, DateTimeOffset Since);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageMemory))]
internal sealed partial class ImageMemoryJson : JsonSerializerContext;
