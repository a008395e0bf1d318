using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RegistryOperator.Sboms.Documents;

/// <summary>
/// Finds the path of an offset by reading the document once more up to it, so that a valid document costs no path.
/// </summary>
internal static class JsonLocation
{
    private const int LongestName = 80;

    /// <summary>E.g. <c>$.artifacts[3].licenses, line 1, byte 4711</c>; the byte counts from 1 in its line.</summary>
    public static string At(ReadOnlySpan<byte> content, long offset)
    {
        var before = content[..(int)Math.Clamp(offset, 0, content.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return $"{PathAt(content, offset)}, line {line}, byte {column}";
    }

    private static string PathAt(ReadOnlySpan<byte> content, long offset)
    {
        var frames = new List<Frame>();
        var json = new Utf8JsonReader(content, JsonCursor.Options);
        try
        {
            while (json.Read() && Follow(ref json, frames, offset))
            {
                // Follow builds the frames.
            }
        }
        catch (JsonException)
        {
            // The document is invalid here: the frames are the path so far.
        }

        var path = new StringBuilder("$");
        foreach (var frame in frames) path.Append(frame);
        return path.ToString();
    }

    private static bool Follow(ref Utf8JsonReader json, List<Frame> frames, long offset)
    {
        var token = json.TokenType;
        var reached = json.TokenStartIndex >= offset;
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            // The end belongs to the whole object or array, not to its last value.
            frames.RemoveAt(frames.Count - 1);
            return !reached;
        }

        if (token == JsonTokenType.PropertyName)
        {
            frames[^1] = frames[^1] with { Name = NameOf(ref json) };
            return !reached;
        }

        if (frames.Count > 0 && frames[^1].IsArray) frames[^1] = frames[^1] with { Index = frames[^1].Index + 1 };
        if (reached) return false;
        if (token is JsonTokenType.StartArray or JsonTokenType.StartObject) frames.Add(new Frame(token == JsonTokenType.StartArray, -1, null));
        return true;
    }

    private static string NameOf(ref Utf8JsonReader json)
    {
        var name = Encoding.UTF8.GetString(json.ValueSpan);
        return name.Length <= LongestName ? name : name[..LongestName] + "…";
    }

    private readonly record struct Frame(bool IsArray, int Index, string? Name)
    {
        public override string ToString()
        {
            if (IsArray) return Index < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{Index}]");
            return Name is null ? "" : $".{Name}";
        }
    }
}
