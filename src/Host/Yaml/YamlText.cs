using System.Buffers;
using System.Globalization;
using System.Text;

namespace RegistryOperator.Host.Yaml;

/// <summary>Decides how a string is written, so that every reader reads a string: YAML 1.2, and 1.1 as kubectl speaks it.</summary>
internal static class YamlText
{
    private static readonly SearchValues<char> LetterOrSlash = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/");

    /// <summary>What a plain scalar of ours may hold. Readers allow more, but some take * and &amp; for aliases and anchors in the middle of a
    /// text; quoting once too often does no harm.</summary>
    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+=@$(),;%<>[]~^? ");

    /// <summary>Words that YAML 1.2 or 1.1 does not read as strings (<see href="https://yaml.org/type/bool.html"/>).</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };

    /// <summary>True where the text needs no quotes. Whatever starts with a digit, a sign or a point gets them: numbers, dates, times, versions.</summary>
    public static bool IsPlain(string text) =>
        text.Length > 0 && LetterOrSlash.Contains(text[0]) && text[^1] is not (' ' or ':') && !Words.Contains(text)
        && !text.AsSpan().ContainsAnyExcept(PlainCharacters) && !text.Contains(": ", StringComparison.Ordinal);

    /// <summary>True where a block scalar shows the text as it is: several lines, of which the first decides the indentation.</summary>
    public static bool IsLiteral(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && text[0] is not (' ' or '\n') && text.All(character => character == '\n' || IsPrintable(character));

    /// <summary>The text in double quotes (<see href="https://yaml.org/spec/1.2.2/#731-double-quoted-style"/>).</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"),
                '\t' => quoted.Append(@"\t"),
                '\r' => quoted.Append(@"\r"),
                _ when IsPrintable(character) => quoted.Append(character),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
            };
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>YAML's printable characters without line breaks of any kind; the halves of a surrogate pair count as printable.</summary>
    private static bool IsPrintable(char character) =>
        character is >= ' ' and <= '~' or >= '\u00A0' and not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');
}
