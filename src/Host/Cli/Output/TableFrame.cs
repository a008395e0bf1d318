namespace RegistryOperator.Host.Cli.Output;

/// <summary>What stands between and around the cells of a table.</summary>
internal sealed class TableFrame
{
    private const char Horizontal = '─';

    private readonly bool _isDrawn;

    private TableFrame(bool isDrawn) => _isDrawn = isDrawn;

    /// <summary>A space between two cells.</summary>
    public static TableFrame Plain { get; } = new(isDrawn: false);

    /// <summary>Lines around each cell.</summary>
    public static TableFrame Bordered { get; } = new(isDrawn: true);

    /// <summary>What it takes of a line beside the cells.</summary>
    public int WidthAround(int cells) => _isDrawn ? (3 * cells) + 1 : cells - 1;

    public string Row(IEnumerable<string> cells) => _isDrawn ? $"│ {string.Join(" │ ", cells)} │" : string.Join(' ', cells).TrimEnd(' ');

    public string? Top(int[] widths) => Line(widths, '╭', '┬', '╮');

    public string? Middle(int[] widths) => Line(widths, '├', '┼', '┤');

    public string? Bottom(int[] widths) => Line(widths, '╰', '┴', '╯');

    private string? Line(int[] widths, char left, char between, char right) =>
        _isDrawn ? left + string.Join(between, widths.Select(width => new string(Horizontal, width + 2))) + right : null;
}
