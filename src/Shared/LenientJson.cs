using System.Text;
using System.Text.Json;

namespace RegistryOperator.Shared;

/// <summary>
/// Reads values of other types than the specification has for them. Runtimes are written in Go, pull such images, and show the most of them that they can; one
/// odd value that nobody needs is no reason to know nothing of an image.
/// </summary>
internal static class LenientJson
{
    /// <summary>A text: of a number or a truth value its own writing, of null the empty one; null of what is none.</summary>
    public static string? ReadText(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ReadString(ref reader);
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence) : Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.Null:
                return "";
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>A time; null where none can be read.</summary>
    public static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String) return reader.TryGetDateTimeOffset(out var time) ? time : null;
        reader.Skip();
        return null;
    }

    /// <summary>Half of a surrogate pair is no character: Go reads the replacement character.</summary>
    public static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}
