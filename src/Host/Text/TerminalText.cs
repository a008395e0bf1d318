using System.Text;
using RegistryOperator.Shared;
using Spectre.Console;

namespace RegistryOperator.Host.Text;

/// <summary>
/// A text of one line that is safe to show: tags, labels, packages and messages are untrusted, and could move the cursor, forge lines
/// or hide what they are. The only way to a terminal, so that cleaning can't be forgotten.
/// </summary>
internal readonly record struct TerminalText
{
    private readonly string? _text;

    public TerminalText(string? text, Tone tone = Tone.Plain)
    {
        _text = OutsideText.Visible(text ?? "");
        Tone = tone;
    }

    public string Text => _text ?? "";

    public Tone Tone { get; }

    /// <summary>Columns that it takes: two for a wide character, none for one that is drawn over another.</summary>
    public int Width => WidthOf(Text);

    /// <summary>Not more than a cell of a table should have.</summary>
    public TerminalText Cut() => Text.Length <= OutsideText.Longest ? this : new TerminalText(OutsideText.Of(Text), Tone);

    public static implicit operator TerminalText(string? text) => new(text);

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
}
