using System.Text;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>
/// The one table of all commands. Nothing is ever left out: where the window is too narrow cells wrap between words, and where not even words fit,
/// each row becomes a record of lines <c>HEADER value</c>, which the window wraps. Without a window nothing is wrapped: programs read the lines.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<TableColumn> columns)
{
    private readonly List<IReadOnlyList<TerminalText>> _rows = [];

    /// <summary>True draws lines around the cells, where there is place.</summary>
    public bool HasBorder { get; init; }

    public void Add(params IReadOnlyList<TerminalText> cells) =>
        _rows.Add(cells.Count == columns.Count
            ? [.. cells.Select(cell => cell.Cut())]
            : throw new ArgumentException($"{cells.Count} cells for {columns.Count} columns.", nameof(cells)));

    /// <summary>The table's lines.</summary>
    /// <param name="window">Columns of the window; null without one.</param>
    /// <param name="paint">Gives a part of a cell its colour.</param>
    public IEnumerable<string> Render(int? window, Func<string, Tone, string> paint)
    {
        if (HasBorder && Fit(window, TableFrame.Bordered) is { } bordered) return RenderTable(bordered, TableFrame.Bordered, paint);
        if (Fit(window, TableFrame.Plain) is { } plain) return RenderTable(plain, TableFrame.Plain, paint);
        return RenderRecords(paint);
    }

    private int[]? Fit(int? window, TableFrame frame)
    {
        TableLayout[] layouts = [.. columns.Select((column, index) => TableLayout.Of(column, [column.Header, .. _rows.Select(row => row[index])]))];
        // A heading alone has nothing to make records of.
        return TableLayout.Fit(layouts, window is { } width && _rows.Count > 0 ? width - frame.WidthAround(columns.Count) : null);
    }

    private IEnumerable<string> RenderTable(int[] widths, TableFrame frame, Func<string, Tone, string> paint)
    {
        if (frame.Top(widths) is { } top) yield return top;
        foreach (var line in RenderRow([.. columns.Select(column => new TerminalText(column.Header))], widths, frame, paint)) yield return line;
        if (frame.Middle(widths) is { } middle) yield return middle;
        foreach (var line in _rows.SelectMany(row => RenderRow(row, widths, frame, paint))) yield return line;
        if (frame.Bottom(widths) is { } bottom) yield return bottom;
    }

    private IEnumerable<string> RenderRow(IReadOnlyList<TerminalText> cells, int[] widths, TableFrame frame, Func<string, Tone, string> paint)
    {
        IReadOnlyList<string>[] wrapped = [.. cells.Select((cell, index) => TextWrapping.Wrap(cell.Text, widths[index]))];
        for (var i = 0; i < wrapped.Max(lines => lines.Count); i++)
        {
            yield return frame.Row(cells.Select((cell, index) =>
            {
                var text = i < wrapped[index].Count ? wrapped[index][i] : "";
                var space = new string(' ', Math.Max(0, widths[index] - TerminalText.WidthOf(text)));
                var painted = text.Length > 0 ? paint(text, cell.Tone) : "";
                return columns[index].IsNumber ? space + painted : painted + space;
            }));
        }
    }

    private IEnumerable<string> RenderRecords(Func<string, Tone, string> paint)
    {
        var names = columns.Select(column => new TerminalText(column.Header)).ToArray();
        var width = names.Max(name => name.Width);
        for (var row = 0; row < _rows.Count; row++)
        {
            if (row > 0) yield return "";
            for (var i = 0; i < names.Length; i++)
            {
                var cell = _rows[row][i];
                var line = new StringBuilder(names[i].Text);
                if (cell.Text.Length > 0) line.Append(' ', width - names[i].Width + 1).Append(paint(cell.Text, cell.Tone));
                yield return line.ToString();
            }
        }
    }
}
