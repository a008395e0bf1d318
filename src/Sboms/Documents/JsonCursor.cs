using System.Text.Json;

namespace RegistryOperator.Sboms.Documents;

/// <summary>
/// A forward-only cursor over a JSON document. A value is consumed by one of <see cref="EnterObject"/>, <see cref="EnterArray"/>,
/// <see cref="Text"/> and <see cref="Skip"/>, exactly one for each member and item. A JSON null is an absent value.
/// </summary>
/// <param name="content">The document, UTF-8 without a byte order mark.</param>
/// <param name="format">The format's name, for messages.</param>
internal ref struct JsonCursor(ReadOnlySpan<byte> content, string format)
{
    /// <summary>The deepest nesting accepted. Real documents stay below 20.</summary>
    public const int MaximumDepth = 64;

    private const int PooledLength = 256;

    private readonly ReadOnlySpan<byte> _content = content;
    private readonly StringPool _pool = new();
    private Utf8JsonReader _json = new(content, Options);

    /// <summary>The options of every JSON reader.</summary>
    public static JsonReaderOptions Options { get; } = new() { MaxDepth = MaximumDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>True where the current value is a string.</summary>
    public readonly bool IsText => _json.TokenType == JsonTokenType.String;

    /// <summary>True where the current value is an array.</summary>
    public readonly bool IsArray => _json.TokenType == JsonTokenType.StartArray;

    /// <summary>Moves to the document's only value.</summary>
    public void Start() => Read();

    /// <summary>Checks that nothing follows the document's only value.</summary>
    public void End()
    {
        while (Read())
        {
            // The reader throws for anything after the value.
        }
    }

    /// <summary>Moves from a member's name to its value, so that <see cref="IsText"/> and <see cref="IsArray"/> apply to it.</summary>
    public void ToValue()
    {
        if (_json.TokenType == JsonTokenType.PropertyName) Read();
    }

    /// <summary>Enters an object; false for null.</summary>
    /// <exception cref="SbomFormatException">The value is not an object.</exception>
    public bool EnterObject() => Enter(JsonTokenType.StartObject, "an object");

    /// <summary>Enters an array; false for null.</summary>
    /// <exception cref="SbomFormatException">The value is not an array.</exception>
    public bool EnterArray() => Enter(JsonTokenType.StartArray, "an array");

    /// <summary>Moves to the object's next member; false at its end, which is consumed.</summary>
    public bool NextMember()
    {
        Read();
        return _json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves to the array's next item; false at its end, which is consumed.</summary>
    public bool NextItem()
    {
        Read();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>True where the current member has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name)
    {
        try
        {
            return _json.ValueTextEquals(name);
        }
        catch (InvalidOperationException notUnicode)
        {
            throw Fault("has a name that is not valid Unicode", notUnicode);
        }
    }

    /// <summary>Consumes a string; null for null.</summary>
    /// <exception cref="SbomFormatException">The value is not a string.</exception>
    public string? Text()
    {
        ToValue();
        if (_json.TokenType == JsonTokenType.Null) return null;
        if (_json.TokenType != JsonTokenType.String) throw Wrong("a text");
        try
        {
            if (_json.ValueSpan.Length > PooledLength) return _json.GetString();
            Span<char> buffer = stackalloc char[PooledLength];
            return _pool.Get(buffer[.._json.CopyString(buffer)]);
        }
        catch (InvalidOperationException notUnicode)
        {
            throw Fault("is text that is not valid Unicode", notUnicode);
        }
    }

    /// <summary>Consumes a value that is not needed.</summary>
    public void Skip()
    {
        ToValue();
        try
        {
            _json.Skip();
        }
        catch (JsonException broken)
        {
            throw Broken(broken);
        }
    }

    /// <summary>The error for the value that was consumed last.</summary>
    /// <param name="problem">What is wrong with it, e.g. <c>has no name</c>.</param>
    /// <param name="innerException">The cause.</param>
    public readonly SbomFormatException Fault(string problem, Exception? innerException = null) =>
        new($"The document is no valid {format}: the value at {JsonLocation.At(_content, _json.TokenStartIndex)} {problem}.", innerException);

    private bool Enter(JsonTokenType start, string wanted)
    {
        ToValue();
        if (_json.TokenType == JsonTokenType.Null) return false;
        return _json.TokenType == start ? true : throw Wrong(wanted);
    }

    private bool Read()
    {
        try
        {
            return _json.Read();
        }
        catch (JsonException broken)
        {
            throw Broken(broken);
        }
    }

    private readonly SbomFormatException Wrong(string wanted)
    {
        var found = _json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            _ => "true or false",
        };
        return Fault($"is {found} where {wanted} is expected");
    }

    private readonly SbomFormatException Broken(JsonException broken)
    {
        // The reader's own position counts lines and bytes from 0 and is written into its message.
        var message = broken.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = (position < 0 ? message : message[..position]).TrimEnd('.');
        return new($"The document is no valid JSON at {JsonLocation.At(_content, _json.BytesConsumed)}: {reason}.", broken);
    }
}
