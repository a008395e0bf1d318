using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).</summary>
internal sealed record TagListResponse
{
    /// <summary>The tags: none where docker-registry writes null, since the last one was deleted; null where the answer has no such member.</summary>
    [JsonPropertyName("tags")]
    [JsonConverter(typeof(TagNamesConverter))]
    public TagNames? Tags { get; init; }

    /// <summary>What Artifactory and proxies write beside the status 200, in forms of their own.</summary>
    [JsonPropertyName("errors")]
    public JsonElement Errors { get; init; }

    private bool HasErrors => Errors.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => false,
        JsonValueKind.Array => Errors.GetArrayLength() > 0,
        _ => true,
    };

    /// <summary>Reads a page; null for an answer that is no list, although its status says so: it tells nothing of the tags.</summary>
    /// <exception cref="JsonException">It is not the JSON of a list.</exception>
    public static TagNames? Read(ReadOnlySpan<byte> content) =>
        JsonSerializer.Deserialize(content, TagListJsonContext.Default.TagListResponse) is { HasErrors: false } page ? page.Tags : null;
}

/// <summary>The entries of one page.</summary>
/// <param name="Valid">Those that are tags by the specification's grammar.</param>
/// <param name="Invalid">How many are none. They are not kept: a registry may send any text, of any length.</param>
internal sealed record TagNames(IReadOnlyList<string> Valid, int Invalid)
{
    public static TagNames None { get; } = new([], 0);
}

/// <summary>Reads the array of tags, of which no text is made that is no tag.</summary>
internal sealed class TagNamesConverter : JsonConverter<TagNames>
{
    private const int LongestTag = 128;

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override TagNames Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Null) return TagNames.None;
        if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("The tags are not a list.");
        var valid = new List<string>();
        var invalid = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.Null) continue;
            if (reader.TokenType is not JsonTokenType.String) throw new JsonException("A tag is not a text.");
            // Docker Hub and others send no escapes in tags, which have no character that needs one; they may be written so all the same.
            if (!reader.ValueIsEscaped && reader.ValueSpan.Length > LongestTag) invalid++;
            else if (reader.GetString() is var tag && ImageReference.IsTag(tag)) valid.Add(tag);
            else if (tag is not "") invalid++;
        }

        return new TagNames(valid, invalid);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TagNames value, JsonSerializerOptions options) => throw new NotSupportedException();
}

[JsonSourceGenerationOptions(MaxDepth = 8)]
[JsonSerializable(typeof(TagListResponse))]
internal sealed partial class TagListJsonContext : JsonSerializerContext;
