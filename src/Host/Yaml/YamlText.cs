using System.Buffers;
using System.Globalization;
using System.Text;
using RegistryOperator.Shared;

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
        text.Contains('\n', StringComparison.Ordinal) && text[0] is not (' ' or '\n') && text.EnumerateRunes().All(rune => rune.Value == '\n' || IsShown(rune));

    /// <summary>The text in double quotes (<see href="https://yaml.org/spec/1.2.2/#731-double-quoted-style"/>).</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"),
                '\t' => quoted.Append(@"\t"),
                '\r' => quoted.Append(@"\r"),
                _ when IsShown(rune) => quoted.Append(rune.ToString()),
                _ when rune.IsBmp => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            };
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// YAML's printable characters, but for line breaks of any kind, and for what is not seen but changes what a reader sees, as an override of the direction
    /// of writing does.
    /// </summary>
    private static bool IsShown(Rune rune) =>
        rune.Value is >= ' ' and <= '~' or >= 0xA0 and not (0xFFFE or 0xFFFF) && !OutsideText.IsInvisible(rune);
}
