using RegistryOperator.Host.Registry.Status;
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
            Verdict = ResultVerdict.WordOf(result.Verdict),
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
        : $"{scanner}: {ResultVerdict.Describe(section.Result, section.Verdict)}{Words(section.Summary)}{ScanColumn.Suffix(section.Reason)}";

    public static ReportView View(ResourceReport report)
    {
        var result = RegistryResultJson.Read(report.Content);
        return ResultView.Of(result.Result, ResultVerdict.WordOf(result.Verdict), result.Summary, result.Figures);
    }

    private static string Words(IReadOnlyDictionary<string, string> summary) =>
        summary.Count == 0 ? "" : $" ({string.Join(", ", summary.Select(entry => $"{entry.Key} {entry.Value}"))})";
}
