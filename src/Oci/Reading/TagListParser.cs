using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Reads a page of tags (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>) piece by piece as it comes: it
/// keeps the tags that were not taken yet, and nothing of the page, in which some registries describe every image.
/// </summary>
/// <param name="maximumTags">How many valid tags there may be: what comes after the first above it is not looked at.</param>
/// <param name="maximumBytes">The bytes of memory that they may take, likewise.</param>
internal sealed class TagListParser(long maximumTags, long maximumBytes)
{
    private const int Depth = 8;
    private const int LongestTag = 128;

    /// <summary>The bytes of the longest escape of a character, <c>\u0061</c>.</summary>
    private const int Escape = 6;

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = Depth });
    private Place _place = Place.Start;
    private List<string> _tags = [];
    private long _valid;
    private long _bytes;
    private bool _isList;
    private bool _hasErrors;

    private enum Place
    {
        Start,
        Member,
        Tags,
        TagsEntry,
        Errors,
        ErrorsEntry,
        Other,
        Within,
        End,
    }

    /// <summary>Entries that are no tags by the specification's grammar. They are not kept: a registry may send any text, of any length.</summary>
    public int Invalid { get; private set; }

    /// <summary>True where the page has more valid tags than are read: the rest of it is not needed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// True where the whole answer is a list, be it of no tags: docker-registry writes null, since the last one was deleted. False for what is none, although
    /// its status says so: without the member, or with errors, as Artifactory and proxies write them. It tells nothing of the tags.
    /// </summary>
    public bool IsList => _isList && !_hasErrors;

    /// <summary>Tags that were read and not yet taken.</summary>
    public int Count => _tags.Count;

    /// <summary>Takes the tags that were read since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = _tags;
        _tags = [];
        return taken;
    }

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What was left the last time, and what came after it.</param>
    /// <param name="isLast">True where nothing follows.</param>
    /// <returns>The bytes that were read: what is left begins with a token, or the comma before one, that is not there as a whole.</returns>
    /// <exception cref="JsonException">It is no such document.</exception>
    public int Read(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var reader = new Utf8JsonReader(bytes, isLast, _state);
        while (!IsCut && reader.Read()) Read(in reader);
        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private void Read(in Utf8JsonReader reader)
    {
        _place = (_place, reader.TokenType) switch
        {
            (Place.Start, JsonTokenType.Null) => Place.End,
            (Place.Start, JsonTokenType.StartObject) => Place.Member,
            (Place.Start, _) => throw new JsonException("A page of tags is not an object."),
            (Place.Member, JsonTokenType.EndObject) => Place.End,
            (Place.Member, _) => MemberOf(reader),
            (Place.Tags, JsonTokenType.Null) => ListTo(Place.Member),
            (Place.Tags, JsonTokenType.StartArray) => ListTo(Place.TagsEntry),
            (Place.Tags, _) => throw new JsonException("The tags are not a list."),
            (Place.TagsEntry, JsonTokenType.EndArray) => Place.Member,
            (Place.TagsEntry, JsonTokenType.Null) => Place.TagsEntry,
            (Place.TagsEntry, JsonTokenType.String) => Add(reader),
            (Place.TagsEntry, _) => throw new JsonException("A tag is not a text."),
            (Place.Errors, JsonTokenType.Null) or (Place.ErrorsEntry, JsonTokenType.EndArray) => Place.Member,
            (Place.Errors, JsonTokenType.StartArray) => Place.ErrorsEntry,
            (Place.Errors, JsonTokenType.StartObject) or (Place.ErrorsEntry, _) => ErrorsTo(Place.Within),
            (Place.Errors, _) => ErrorsTo(Place.Member),
            (Place.Other, JsonTokenType.StartArray or JsonTokenType.StartObject) => Place.Within,
            (Place.Within, JsonTokenType.EndArray or JsonTokenType.EndObject) when reader.CurrentDepth == 1 => Place.Member,
            (Place.Within, _) => Place.Within,
            _ => Place.Member,
        };
    }

    private Place MemberOf(in Utf8JsonReader reader)
    {
        if (IsNamed(reader, "errors"u8)) return Place.Errors;
        if (!IsNamed(reader, "tags"u8)) return Place.Other;
        // The tags of the first are with the caller already.
        return _isList ? throw new JsonException("The page has two lists of tags.") : Place.Tags;
    }

    private Place ListTo(Place place)
    {
        _isList = true;
        return place;
    }

    private Place ErrorsTo(Place place)
    {
        _hasErrors = true;
        return place;
    }

    private Place Add(in Utf8JsonReader reader)
    {
        // Docker Hub and others send no escapes in tags, which have no character that needs one; they may be written so all the same.
        if (reader.ValueSpan.Length > (reader.ValueIsEscaped ? Escape * LongestTag : LongestTag))
        {
            Invalid++;
            return Place.TagsEntry;
        }

        var tag = JsonText.TextOf(reader);
        if (!ImageReference.IsTag(tag))
        {
            if (tag.Length > 0) Invalid++;
            return Place.TagsEntry;
        }

        _tags.Add(tag);
        _bytes += OciClientOptions.SizeOf(tag);
        IsCut = ++_valid > maximumTags || _bytes > maximumBytes;
        return Place.TagsEntry;
    }

    // An escaped name is unescaped to be compared, which fails where it is no text.
    private static bool IsNamed(in Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped) return reader.ValueTextEquals(name);
        return reader.ValueSpan.Length <= Escape * LongestTag && JsonText.TextOf(reader) == Encoding.UTF8.GetString(name);
    }
}
