using System.Text;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>Wraps text between words, and within a word only where it is wider than the line.</summary>
internal static class TextWrapping
{
    /// <summary>The text's lines, one at least; none is wider than <paramref name="width"/>, unless a single character is.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        if (TerminalText.WidthOf(text) <= width) return [text];
        List<string> lines = [];
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var length = TerminalText.WidthOf(word);
            if (used > 0 && used + 1 + length > width) EndLine();
            if (used > 0)
            {
                line.Append(' ');
                used++;
            }

            foreach (var rune in word.EnumerateRunes())
            {
                var columns = TerminalText.WidthOf(rune);
                if (used > 0 && used + columns > width) EndLine();
                line.Append(rune.ToString());
                used += columns;
            }
        }

        EndLine();
        return lines;

        void EndLine()
        {
            lines.Add(line.ToString());
            line.Clear();
            used = 0;
        }
    }
}
