using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>How wide a column would be without a limit, and how narrow it may become.</summary>
internal sealed record TableLayout(int Natural, int Minimum)
{
    /// <summary>Words of sentences that are longer may be broken: a URL in one title must not turn the whole table into records.</summary>
    private const int LongWord = 20;

    public static TableLayout Of(TableColumn column, IReadOnlyList<TerminalText> cells)
    {
        var natural = cells.Max(cell => cell.Width);
        if (column.IsNumber) return new TableLayout(natural, natural);
        var word = cells.Max(cell => cell.Text.Split(' ').Max(word => TerminalText.WidthOf(word)));
        return new TableLayout(natural, column.IsProse ? Math.Min(word, LongWord) : word);
    }

    /// <summary>The columns' widths, the widest narrowed first; null where they do not fit.</summary>
    public static int[]? Fit(IReadOnlyList<TableLayout> columns, int? available)
    {
        if (available is not { } width || columns.Sum(column => column.Natural) <= width) return [.. columns.Select(column => column.Natural)];
        if (columns.Sum(column => column.Minimum) > width) return null;
        var limit = columns.Max(column => column.Natural);
        while (columns.Sum(column => column.Under(limit)) > width) limit--;
        int[] widths = [.. columns.Select(column => column.Under(limit))];
        // What the common limit left over goes to the first columns that can use it.
        var rest = width - widths.Sum();
        for (var i = 0; i < widths.Length && rest > 0; i++)
        {
            if (widths[i] >= columns[i].Natural) continue;
            widths[i]++;
            rest--;
        }

        return widths;
    }

    private int Under(int limit) => Math.Clamp(limit, Minimum, Natural);
}
