using System.Globalization;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>How a result of words and figures is printed: a line, then a row for each of them.</summary>
internal static class ResultView
{
    public static ReportView Of(string result, string? verdict, IReadOnlyDictionary<string, string> summary, IReadOnlyDictionary<string, double> figures)
    {
        var rows = summary.Select(entry => (Name: entry.Key, entry.Value))
            .Concat(figures.Select(figure => (Name: figure.Key, Value: figure.Value.ToString(CultureInfo.InvariantCulture))));
        return new ReportView(ResultVerdict.Describe(result, verdict))
        {
            Columns = ["NAME", "VALUE"],
            Rows = [.. rows.Select(row => (IReadOnlyList<TerminalText>)[row.Name, row.Value])],
        };
    }
}
