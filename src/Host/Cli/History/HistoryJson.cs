using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Cli.History;

/// <summary>Tags and what they have named, as JSON.</summary>
internal static class HistoryJson
{
    public static string Write(IReadOnlyList<TagHistory> tags) => JsonSerializer.Serialize(
        [
            .. tags.Select(tag => new WrittenTag(
                tag.Resource.ToString(), tag.Repository, tag.Tag,
                [.. tag.Images.Select(image => new WrittenImage(image.Digest.ToString(), image.From, image.To, image.LastSeen, image.Created))])),
        ],
        HistoryJsonContext.Default.IReadOnlyListWrittenTag);
}

/// <summary>A tag.</summary>
internal sealed record WrittenTag(string Resource, string Repository, string Tag, IReadOnlyList<WrittenImage> Images);

/// <summary>An image that it has named.</summary>
internal sealed record WrittenImage(string Digest, DateTimeOffset From, DateTimeOffset? To, DateTimeOffset LastSeen, DateTimeOffset? Created);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<WrittenTag>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
