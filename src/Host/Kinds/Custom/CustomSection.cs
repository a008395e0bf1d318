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

        return new CustomScanStatus
        {
            Result = findings.Reports[0].Result,
            LastScanTime = findings.Oldest,
            Summary = CustomSummaryJson.Read(findings.Reports[0].Summary).Values,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            Missing = findings.Missing,
        };
    }
}
