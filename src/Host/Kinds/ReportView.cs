using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds;

/// <summary>A report as people read it: a line that says all in short, and a table where there is more.</summary>
/// <param name="Line">The line.</param>
internal sealed record ReportView(string Line)
{
    /// <summary>Lines below it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<TableColumn> Columns { get; init; } = [];

    /// <summary>Each with a cell for each column; none shows no table.</summary>
    public IReadOnlyList<IReadOnlyList<TerminalText>> Rows { get; init; } = [];

    /// <summary>Lines below the table.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
