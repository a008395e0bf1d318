using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Custom;

/// <summary>An entry of <c>status.images[].scans</c>: of several platforms, the first one's.</summary>
internal static class CustomSection
{
    public static CustomScanStatus? Build(ScannerFindings findings, CustomScanStatus? earlier)
    {
        if (findings.Reports.Count == 0)
        {
            if (findings.Problem is not { } problem) return earlier;
            return (earlier ?? new CustomScanStatus()) with { Reason = problem.Reason, Message = problem.Message, Missing = findings.Missing };
        }

        var summary = CustomSummaryJson.Read(findings.Reports[0].Summary);
        var verdict = summary.ToVerdict();
        return new CustomScanStatus
        {
            Result = findings.Reports[0].Result,
            Verdict = verdict.Word,
            LastScanTime = findings.Oldest,
            Summary = summary.Values,
            Figures = verdict.Figures,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            Missing = findings.Missing,
        };
    }
}
