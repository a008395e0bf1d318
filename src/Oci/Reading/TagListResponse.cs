using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).</summary>
internal static class TagListResponse
{
    private const int Depth = 8;
    private const int LongestTag = 128;

    /// <summary>
    /// Reads the tags of a page: none where docker-registry writes null, since the last one was deleted. Null for an answer that is no list, although its
    /// status says so: without the member, or with errors, as Artifactory and proxies write them. It tells nothing of the tags.
    /// </summary>
    /// <param name="page">The JSON document.</param>
    /// <param name="maximumTags">How many valid tags there may be: after the first above it, the rest of the page is not looked at.</param>
    /// <param name="maximumBytes">The bytes of memory that they may take, likewise.</param>
    /// <exception cref="JsonException">It is no such document.</exception>
    public static TagNames? Read(ReadOnlySpan<byte> page, long maximumTags, long maximumBytes)
    {
        var reader = new Utf8JsonReader(page, new JsonReaderOptions { MaxDepth = Depth });
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null) return null;
        if (reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("A page of tags is not an object.");
        TagNames? tags = null;
        var hasErrors = false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var (isTags, isErrors) = (IsNamed(reader, "tags"u8), IsNamed(reader, "errors"u8));
            reader.Read();
            if (isTags && (tags = ReadTags(ref reader, maximumTags, maximumBytes)).IsCut) return tags;
            hasErrors |= isErrors && IsSomething(reader);
            if (!isTags) reader.Skip();
        }

        // Throws where something follows.
        reader.Read();
        return hasErrors ? null : tags;
    }

    // An escaped name is unescaped to be compared, which fails where it is no text.
    private static bool IsNamed(in Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueIsEscaped ? JsonText.TextOf(reader) == Encoding.UTF8.GetString(name) : reader.ValueTextEquals(name);

    /// <summary>False for null and for an empty list.</summary>
    private static bool IsSomething(Utf8JsonReader value) =>
        value.TokenType is not JsonTokenType.Null
        && (value.TokenType is not JsonTokenType.StartArray || (value.Read() && value.TokenType is not JsonTokenType.EndArray));

    private static TagNames ReadTags(ref Utf8JsonReader reader, long maximumTags, long maximumBytes)
    {
        if (reader.TokenType is JsonTokenType.Null) return TagNames.None;
        if (reader.TokenType is not JsonTokenType.StartArray) throw new JsonException("The tags are not a list.");
        var valid = new List<string>();
        var (invalid, bytes) = (0, 0L);
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.Null) continue;
            if (reader.TokenType is not JsonTokenType.String) throw new JsonException("A tag is not a text.");
            // Docker Hub and others send no escapes in tags, which have no character that needs one; they may be written so all the same.
            if (!reader.ValueIsEscaped && reader.ValueSpan.Length > LongestTag)
            {
                invalid++;
                continue;
            }

            var tag = JsonText.TextOf(reader);
            if (!ImageReference.IsTag(tag))
            {
                if (tag.Length > 0) invalid++;
                continue;
            }

            valid.Add(tag);
            bytes += OciClientOptions.SizeOf(tag);
            if (valid.Count > maximumTags || bytes > maximumBytes) return new TagNames(valid, invalid) { IsCut = true };
        }

        return new TagNames(valid, invalid);
    }
}

/// <summary>The entries of one page.</summary>
/// <param name="Valid">Those that are tags by the specification's grammar.</param>
/// <param name="Invalid">How many are none. They are not kept: a registry may send any text, of any length.</param>
internal sealed record TagNames(IReadOnlyList<string> Valid, int Invalid)
{
    public static TagNames None { get; } = new([], 0);

    /// <summary>True where the page has more valid tags than are read.</summary>
    public bool IsCut { get; init; }
}
