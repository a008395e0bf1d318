using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>Drift as <c>report</c> prints it: every workload, the most urgent first, with the best update, then what updates change.</summary>
internal static class DriftView
{
    public static ReportView Of(ResourceReport report, DriftAdvice? advice)
    {
        var workloads = RegistryResultJson.Read(report.Content).Workloads ?? [];
        return new ReportView(DriftSection.Describe(DriftSection.Summarize(workloads)))
        {
            Columns = ["WORKLOAD", "TAG", "STATUS", "RECOMMENDATION", "UPDATE", new TableColumn("MESSAGE") { IsProse = true }],
            Rows = [.. workloads.OrderByDescending(workload => workload.Recommendation).Select(RowOf)],
            Details = advice is null ? [] : [.. AdviceLines.Of(advice)],
        };
    }

    private static IReadOnlyList<TerminalText> RowOf(WorkloadDrift workload) =>
    [
        WorkloadDriftStatus.NameOf(workload.Kind, workload.Namespace, workload.Name),
        workload.CurrentTag,
        DriftWords.Of(workload.State),
        new TerminalText(DriftWords.Of(workload.Recommendation), workload.Recommendation == DriftRecommendation.UrgentUpdate ? Tone.Bad : default),
        workload.AvailableUpdates is [var best, ..] ? best.Tag : "",
        string.Join(' ', workload.Warnings.Prepend(workload.Message).Where(sentence => !string.IsNullOrEmpty(sentence))),
    ];
}
