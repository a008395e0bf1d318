using System.Globalization;
using System.Text;

namespace RegistryOperator.Shared;

/// <summary>
/// A text from outside (of a registry, an image, a file, a tool, a plugin), fit for a status, a table, a log and a problem: one line, no longer than what
/// it is for, without anything that a terminal interprets or that changes what a reader sees, and without the secrets that it repeats. The one place
/// where this is decided.
/// </summary>
internal readonly record struct OutsideText
{
    /// <summary>Characters that are kept where nothing else is said.</summary>
    public const int Longest = 500;

    /// <summary>Stands for what is not seen but does something, so that two texts do not look the same by it.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>Stands for what was cut.</summary>
    public const char Ellipsis = '…';

    /// <summary>How much is looked at: what is cut anyway need not be cleaned.</summary>
    private const int Margin = 64 * 1024;

    private readonly string? _text;

    private OutsideText(string text) => _text = text;

    /// <summary>The text's beginning.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most characters; a longer text ends with "…".</param>
    /// <param name="conceal">Masks secrets. It sees the whole text: of a secret that was cut in half, one half would stay.</param>
    public static OutsideText Of(string text, int longest = Longest, Func<string, string>? conceal = null)
    {
        return new OutsideText(Cut(Line(Masked(text, conceal), longest), longest));
    }

    /// <summary>The beginning of a text that is not cleaned; a longer one ends with "…".</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var kept = longest - 1;
        // Half a surrogate pair is not a character.
        if (char.IsHighSurrogate(text[kept - 1])) kept--;
        return text[..kept] + Ellipsis;
    }

    /// <summary>The text's end, for messages that wrap their cause.</summary>
    /// <inheritdoc cref="Of"/>
    public static OutsideText EndOf(string text, int longest = Longest, Func<string, string>? conceal = null)
    {
        var whole = Masked(text, conceal);
        var line = Line(whole.Length > Margin ? whole[^Margin..] : whole, int.MaxValue);
        if (line.Length <= longest) return new OutsideText(line);
        var start = line.Length - longest + 1;
        if (char.IsLowSurrogate(line[start])) start++;
        return new OutsideText(Ellipsis + line[start..]);
    }

    /// <summary>
    /// The text in one line, character by character and uncut: what breaks lines becomes a space; what is not seen but does something (control characters,
    /// escape sequences' first, bidirectional overrides, zero width, halves of surrogate pairs) becomes U+FFFD.
    /// </summary>
    public static string Visible(string text)
    {
        if (IsPlain(text)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(IsLineBreak(rune) ? " " : IsInvisible(rune) ? Replacement.ToString() : rune.ToString());
        return clean.ToString();
    }

    /// <summary>
    /// True for what is not seen but does something: control characters, overrides of the direction of writing, zero width, halves of surrogate pairs
    /// and those that Unicode has ignored by default (<see href="https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point"/>).
    /// Variation selectors 15 and 16 choose between a letter's and a picture's form, and are none of these.
    /// </summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x3164
            or (>= 0xFE00 and <= 0xFE0D) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    public static implicit operator string(OutsideText text) => text.ToString();

    public override string ToString() => _text ?? "";

    private static string Masked(string text, Func<string, string>? conceal) => conceal is null ? text : conceal(text);

    private static string Line(string text, int longest)
    {
        if (text.Length == 0 || (text[0] != ' ' && text[^1] != ' ' && IsPlain(text) && !text.Contains("  ", StringComparison.Ordinal))) return text;
        var line = new StringBuilder();
        var isSpaceDue = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                isSpaceDue = line.Length > 0;
                continue;
            }

            if (isSpaceDue) line.Append(' ');
            isSpaceDue = false;
            if (IsInvisible(rune)) line.Append(Replacement);
            else line.Append(rune.ToString());
            if (line.Length > longest) break;
        }

        return line.ToString();
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsLineBreak(Rune rune) => rune.Value is (>= '\t' and <= '\r') or 0x85 or 0x2028 or 0x2029;
}
