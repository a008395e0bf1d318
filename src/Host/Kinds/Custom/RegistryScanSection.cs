using System.Globalization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>An entry of <c>status.scans</c>, and how it reads.</summary>
internal static class RegistryScanSection
{
    public static RegistryScanStatus? Build(RegistryFindings findings, RegistryScanStatus? earlier)
    {
        if (findings.Report is not { } report)
        {
            if (findings.IsOfAnother) earlier = null;
            if (findings.Problem is not { } problem) return earlier;
            return (earlier ?? new RegistryScanStatus()) with { Reason = problem.Reason, Message = problem.Message };
        }

        var result = RegistryResultJson.Read(report.Content);
        return new RegistryScanStatus
        {
            Result = result.Result,
            Verdict = result.Verdict == ScanVerdict.None ? null : result.Verdict.ToString(),
            LastScanTime = report.Created,
            Summary = result.Summary,
            Figures = result.Figures,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            Documents = ShownDocuments.Of(report.Documents),
        };
    }

    public static string LineOf(string scanner, RegistryScanStatus section) => section.Result is null
        ? $"{scanner}: {section.Reason}"
        : $"{scanner}: {section.Result}{Words(section.Summary)}{ScanColumn.Suffix(section.Reason)}";

    public static ReportView View(ResourceReport report)
    {
        var result = RegistryResultJson.Read(report.Content);
        var figures = result.Figures.Select(figure => (Name: figure.Key, Value: figure.Value.ToString(CultureInfo.InvariantCulture)));
        var rows = result.Summary.Select(entry => (Name: entry.Key, entry.Value)).Concat(figures);
        return new ReportView(result.Result)
        {
            Columns = ["NAME", "VALUE"],
            Rows = [.. rows.Select(row => (IReadOnlyList<TerminalText>)[row.Name, row.Value])],
        };
    }

    private static string Words(IReadOnlyDictionary<string, string> summary) =>
        summary.Count == 0 ? "" : $" ({string.Join(", ", summary.Select(entry => $"{entry.Key} {entry.Value}"))})";
}
