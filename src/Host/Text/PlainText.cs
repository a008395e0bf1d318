using System.Globalization;
using System.Text;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Text;

/// <summary>
/// Makes the words of plugins, tools and image contents fit for a status, a table and a log: one line, bounded, without anything that a
/// terminal interprets or that reorders what a reader sees.
/// </summary>
internal static class PlainText
{
    /// <summary>Stands for what was cut.</summary>
    public const char Ellipsis = '…';

    /// <summary>The text on one line of at most <paramref name="longest"/> characters, which ends with "…" where it was longer.</summary>
    public static string OneLine(string text, int longest)
    {
        var line = IsPlain(text) ? text : Clean(text, longest);
        if (line.Length <= longest) return line;
        var kept = longest - 1;
        // Half a surrogate pair is not a character.
        if (char.IsHighSurrogate(line[kept - 1])) kept--;
        return line[..kept] + Ellipsis;
    }

    private static bool IsPlain(string text) =>
        text.Length == 0
        || (text[0] != ' ' && text[^1] != ' ' && text.All(character => character is >= ' ' and <= '~') && !text.Contains("  ", StringComparison.Ordinal));

    private static string Clean(string text, int longest)
    {
        var line = new StringBuilder();
        var isSpaceDue = false;
        foreach (var rune in ErrorTail.Clean(text).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                isSpaceDue = line.Length > 0;
            }
            else if (!IsInvisible(rune))
            {
                if (isSpaceDue) line.Append(' ');
                line.Append(rune.ToString());
                isSpaceDue = false;
                // What is cut anyway need not be cleaned.
                if (line.Length > longest) break;
            }
        }

        return line.ToString();
    }

    /// <summary>
    /// True for what is not seen but does something: control characters, overrides of the direction of writing, zero width, halves of surrogate pairs
    /// and those that Unicode has ignored by default (<see href="https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point"/>).
    /// Variation selectors 15 and 16 choose between a letter's and a picture's form, and are none of these.
    /// </summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164
            or (>= 0xFE00 and <= 0xFE0D) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);
}
