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

    /// <summary>Digests that turned out to be no image, or were not there: to read a manifest counts as a pull at some registries.</summary>
    public Dictionary<string, NoImage> NoImages { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Since when each tag has named its digest.</summary>
    public Dictionary<string, SeenTag> Tags { get; init; } = new(StringComparer.Ordinal);

    /// <summary>When what runs was first found missing: a tag or a digest.</summary>
    public Dictionary<string, DateTimeOffset> Missing { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Which of these were found missing once more, an interval later.</summary>
    public HashSet<string> Gone { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Of the tags and digests that were looked for since no list has them: what the registry itself was seen to have. A memory that was written by
    /// an earlier version lacks it.</summary>
    public HashSet<string> Had { get => field ??= new(StringComparer.Ordinal); init; }

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
internal sealed record SeenTag(string Digest, DateTimeOffset Since)
{
    /// <summary>True where it was a full version, and no floating tag, when it was last compared; null where it never was.</summary>
    public bool? IsFull { get; init; }

    /// <summary>Since when it was compared as a full version, without a break; null where it was not.</summary>
    public DateTimeOffset? FullSince { get; init; }

    /// <summary>True where it changed its digest while it was a full version.</summary>
    public bool StaysFull { get; init; }
}

/// <summary>A digest that could not be read as an image.</summary>
/// <param name="Since">Since when, as far as it was asked.</param>
/// <param name="Asked">When the registry was asked last.</param>
/// <param name="MayAppear">True where the registry did not have it, or answered nonsense: it may tomorrow. What is no image never becomes one.</param>
internal sealed record NoImage(DateTimeOffset Since, DateTimeOffset Asked, bool MayAppear)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>True until the registry is to be asked again: after a day, or for what may appear after the time for which it has not been there.</summary>
    public bool IsBelieved(DateTimeOffset now, TimeSpan interval)
    {
        var wait = MayAppear ? Asked - Since : LongestWait;
        if (wait < interval) wait = interval;
        return Asked <= now && now - Asked < (wait > LongestWait ? LongestWait : wait);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageMemory))]
internal sealed partial class ImageMemoryJson : JsonSerializerContext;
