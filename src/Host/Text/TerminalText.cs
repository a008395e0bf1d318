using System.Buffers;
using System.Text;
using Spectre.Console;

namespace RegistryOperator.Host.Text;

/// <summary>
/// A text of one line that is safe to show: tags, labels, packages and messages are untrusted, and could move the cursor, forge lines
/// or hide what they are. The only way to a terminal, so that cleaning can't be forgotten.
/// </summary>
internal readonly record struct TerminalText
{
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly string? _text;

    public TerminalText(string? text, Tone tone = Tone.Plain)
    {
        _text = Clean(text ?? "");
        Tone = tone;
    }

    public string Text => _text ?? "";

    public Tone Tone { get; }

    /// <summary>Columns that it takes: two for a wide character, none for one that is drawn over another.</summary>
    public int Width => WidthOf(Text);

    public static implicit operator TerminalText(string? text) => new(text);

    /// <summary>
    /// The text in one line: what breaks lines becomes a space; what is not seen but does something (control characters, escape sequences' first,
    /// bidirectional overrides, zero width, halves of surrogate pairs) becomes U+FFFD, so that two texts do not look the same by it.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Harmless)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSpace(rune)) clean.Append(' ');
            else if (PlainText.IsInvisible(rune)) clean.Append(Replacement);
            else clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>Columns that a text takes.</summary>
    public static int WidthOf(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += WidthOf(rune);
        return width;
    }

    /// <summary>Columns that a character takes.</summary>
    public static int WidthOf(Rune rune) => rune.IsAscii ? 1 : Math.Max(0, rune.ToString().GetCellWidth());

    public override string ToString() => Text;

    private static bool IsSpace(Rune rune) => rune.Value is (>= '\t' and <= '\r') or 0x85 or 0x2028 or 0x2029;
}
