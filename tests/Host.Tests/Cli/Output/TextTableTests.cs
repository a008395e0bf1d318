using CsCheck;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Tests.Text;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Tests.Cli.Output;

public class TextTableTests
{
    private static readonly Gen<string> Cell = Gen.OneOf(
        Gen.Const(""),
        TerminalTextTests.Choose(
            "yes", "1.2.3", "linux/amd64, linux/arm64, linux/arm/v7", "日本語の長い言葉", "a sentence of several words",
            "https://example.com/" + new string('x', 300)),
        Gen.Char["abc /日é"].Array[0, 60].Select(characters => new string(characters)));

    private static readonly Gen<(TableColumn[] Columns, string[][] Rows, bool HasBorder)> Table =
        from count in Gen.Int[1, 14]
        from columns in Gen.Select(TerminalTextTests.Choose("NAME", "FIXED IN", "BASE IMAGE / NOTE", "見出し", "V"), Gen.Bool, Gen.Bool)
            .Select((header, number, prose) => new TableColumn(header) { IsNumber = number, IsProse = prose }).Array[count]
        from rows in Cell.Array[count].Array[0, 6]
        from border in Gen.Bool
        select (columns, rows, border);

    [Fact]
    public void Render_AnyWidthAndContent_HasEveryHeaderAndCellAndFitsTheWindow() => Gen.Select(Table, Gen.Int[20, 300]).Sample((table, width) =>
    {
        var lines = Render(table, width);

        ShouldHaveAll(table, lines);
        // What can't be in columns is in records, whose lines the window itself wraps.
        if (!IsRecords(table, lines) && table.Rows.Length > 0) lines.ShouldAllBe(line => TerminalText.WidthOf(line) <= width);
        lines.ShouldAllBe(line => !line.Contains('…'));
    });

    [Fact]
    public void Render_WithoutAWindow_HasALineForEachRow() => Table.Sample(table =>
    {
        var lines = Render(table, window: null);

        ShouldHaveAll(table, lines);
        lines.Length.ShouldBe(table.Rows.Length + 1 + (table.HasBorder ? 3 : 0));
    });

    [Fact]
    public void Render_RowsOfAnyTable_StandBelowTheirHeaders() => Table.Where(table => table.HasBorder).Sample(table =>
    {
        // Where lines are drawn the cells' borders are at the same columns in all of them.
        var lines = Render(table, window: null);
        lines.Select(TerminalTextWidth).Distinct().Count().ShouldBe(1);

        static int TerminalTextWidth(string line) => TerminalText.WidthOf(line);
    });

    [Theory]
    [InlineData(null, "NAME   SIZE NOTE|api     9 B all is well here|worker 10 B")]
    [InlineData(28, "NAME   SIZE NOTE|api     9 B all is well here|worker 10 B")]
    [InlineData(27, "NAME   SIZE NOTE|api     9 B all is well|            here|worker 10 B")]
    [InlineData(18, "NAME   SIZE NOTE|api     9 B all is|            well|            here|worker 10 B")]
    [InlineData(16, "NAME   SIZE NOTE|api     9 B all|            is|            well|            here|worker 10 B")]
    [InlineData(15, "NAME api|SIZE 9 B|NOTE all is well here||NAME worker|SIZE 10 B|NOTE")]
    [InlineData(1, "NAME api|SIZE 9 B|NOTE all is well here||NAME worker|SIZE 10 B|NOTE")]
    public void Render_Width_WrapsBetweenWordsAndThenMakesRecords(int? width, string expected)
    {
        var table = new TextTable("NAME", new TableColumn("SIZE") { IsNumber = true }, "NOTE");
        table.Add("api", "9 B", "all is well here");
        table.Add("worker", "10 B", "");

        string.Join('|', table.Render(width, (text, _) => text)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(16, true)]
    [InlineData(15, false)]
    public void Render_Border_IsDrawnWhereItFits(int? width, bool expected)
    {
        var table = new TextTable("TAG", "DIGEST") { HasBorder = true };
        table.Add("1.0", "abcdef");

        var lines = table.Render(width, (text, _) => text).ToArray();

        lines.ShouldBe(expected
            ? ["╭─────┬────────╮", "│ TAG │ DIGEST │", "├─────┼────────┤", "│ 1.0 │ abcdef │", "╰─────┴────────╯"]
            : ["TAG DIGEST", "1.0 abcdef"]);
    }

    [Fact]
    public void Render_LongWordInASentence_IsBrokenAtTwentyColumns()
    {
        var table = new TextTable("ID", new TableColumn("TITLE") { IsProse = true });
        table.Add("1", new string('x', 45));

        table.Render(23, (text, _) => text).ShouldBe(["ID TITLE", $"1  {new string('x', 20)}", $"   {new string('x', 20)}", "   xxxxx"]);
        table.Render(22, (text, _) => text).ShouldBe(["ID    1", $"TITLE {new string('x', 45)}"]);
    }

    [Fact]
    public void Render_LongWordElsewhere_IsKeptWholeToBeCopied()
    {
        var table = new TextTable("ID", "IMAGE");
        table.Add("1", new string('x', 45));

        table.Render(47, (text, _) => text).ShouldBe(["ID    1", $"IMAGE {new string('x', 45)}"]);
        table.Render(48, (text, _) => text).ShouldBe(["ID IMAGE", $"1  {new string('x', 45)}"]);
    }

    [Fact]
    public void Render_NoRows_IsTheHeadingHoweverNarrow() =>
        new TextTable("NAME", "KIND").Render(3, (text, _) => text).ShouldBe(["NAME KIND"]);

    [Fact]
    public void Render_Tones_AreOfTheTextAndNotOfItsPadding()
    {
        var table = new TextTable("SEVERITY", new TableColumn("N") { IsNumber = true }) { HasBorder = true };
        table.Add(new TerminalText("High", Tone.Bad), new TerminalText("1", Tone.Warning));

        table.Render(null, (text, tone) => tone == Tone.Plain ? text : $"<{tone}>{text}</>").ElementAt(3).ShouldBe("│ <Bad>High</>     │ <Warning>1</> │");
        table.Render(5, (text, tone) => tone == Tone.Plain ? text : $"<{tone}>{text}</>").ShouldBe(["SEVERITY <Bad>High</>", "N        <Warning>1</>"]);
    }

    [Fact]
    public void Render_CellThatWraps_KeepsItsToneInEveryLine()
    {
        var table = new TextTable("A");
        table.Add(new TerminalText("one two", Tone.Bad));

        table.Render(3, (text, tone) => tone == Tone.Plain ? text : $"<{text}>").ShouldBe(["A", "<one>", "<two>"]);
    }

    [Fact]
    public void Add_OtherCountOfCells_IsRefused() =>
        Should.Throw<ArgumentException>(() => new TextTable("A", "B").Add("only one")).Message.ShouldContain("1 cells for 2 columns");

    [Theory]
    [InlineData(new[] { 10, 20, 30 }, new[] { 1, 1, 1 }, 60, new[] { 10, 20, 30 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 1, 1, 1 }, 59, new[] { 10, 20, 29 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 1, 1, 1 }, 50, new[] { 10, 20, 20 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 1, 1, 1 }, 49, new[] { 10, 20, 19 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 1, 1, 25 }, 49, new[] { 10, 14, 25 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 5, 6, 7 }, 18, new[] { 5, 6, 7 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 5, 6, 7 }, 17, null)]
    public void Fit_Widths_NarrowTheWidestFirst(int[] natural, int[] minimum, int available, int[]? expected) =>
        TableLayout.Fit([.. natural.Zip(minimum, (wide, narrow) => new TableLayout(wide, narrow))], available).ShouldBe(expected);

    [Theory]
    [InlineData("", 5, "")]
    [InlineData("a b", 3, "a b")]
    [InlineData("a  b", 4, "a  b")]
    [InlineData("one two", 6, "one|two")]
    [InlineData("one two six", 7, "one two|six")]
    [InlineData("abcdefgh", 3, "abc|def|gh")]
    [InlineData("a bcdefgh", 3, "a|bcd|efg|h")]
    [InlineData("日本語", 4, "日本|語")]
    [InlineData("日本語", 1, "日|本|語")]
    [InlineData("ab e\u0301e\u0301e\u0301", 3, "ab|e\u0301e\u0301e\u0301")]
    public void Wrap_Text_BreaksBetweenWordsFirst(string text, int width, string expected) =>
        string.Join('|', TextWrapping.Wrap(text, width)).ShouldBe(expected);

    private static string[] Render((TableColumn[] Columns, string[][] Rows, bool HasBorder) table, int? window)
    {
        var rendered = new TextTable(table.Columns) { HasBorder = table.HasBorder };
        foreach (var row in table.Rows) rendered.Add([.. row.Select(cell => new TerminalText(cell))]);
        return [.. rendered.Render(window, (text, _) => text)];
    }

    private static bool IsRecords((TableColumn[] Columns, string[][] Rows, bool HasBorder) table, string[] lines) =>
        CharactersOf(lines) == CharactersOf([.. table.Rows.SelectMany(row => row.Concat(table.Columns.Select(column => column.Header)))]);

    // Wrapping takes words apart and puts other columns between: each character must be there as often as it was given, headings once or for each row.
    private static void ShouldHaveAll((TableColumn[] Columns, string[][] Rows, bool HasBorder) table, string[] lines)
    {
        if (table.Rows.Length > 0 && IsRecords(table, lines)) return;
        CharactersOf(lines).ShouldBe(CharactersOf([.. table.Columns.Select(column => column.Header), .. table.Rows.SelectMany(row => row)]));
    }

    private static string CharactersOf(string[] texts) =>
        string.Concat(texts.SelectMany(text => text).Where(character => character is not (' ' or (>= '─' and <= '╿'))).Order());
}
