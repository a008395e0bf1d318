using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary><c>status.drift</c>: the workloads in the order of urgency, each with its best updates.</summary>
internal static class DriftSection
{
    /// <summary>Updates of a workload that a status shows; the report has all.</summary>
    private const int MostUpdates = 10;

    /// <summary>Workloads that are printed below a table.</summary>
    private const int MostLines = 20;

    public static DriftStatus? Build(RegistryFindings findings, DriftStatus? earlier)
    {
        if (findings.Report is not { } report)
        {
            if (findings.IsOfAnother) earlier = null;
            return findings.Problem is null
                ? earlier
                : (earlier ?? new DriftStatus()) with { Scanner = findings.Use.Scanner, Reason = findings.Problem.Reason, Message = findings.Problem.Message };
        }

        var workloads = RegistryResultJson.Read(report.Content).Workloads ?? [];
        return new DriftStatus
        {
            LastCheckTime = report.Created,
            // The sort is stable: among equals, the scanner's order.
            Workloads = [.. workloads.OrderByDescending(workload => workload.Recommendation).Select(ToStatus)],
            Summary = Summarize(workloads),
            Scanner = findings.Use.Scanner,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            Documents = ShownDocuments.Of(report.Documents),
        };
    }

    public static DriftSummaryStatus Summarize(IReadOnlyList<WorkloadDrift> workloads) => new()
    {
        Total = workloads.Count,
        Latest = workloads.Count(workload => workload.State == DriftState.Latest),
        Outdated = workloads.Count(workload => workload.State == DriftState.Outdated),
        Vulnerable = workloads.Count(workload => workload.State == DriftState.Vulnerable),
        Unknown = workloads.Count(workload => workload.State == DriftState.Unknown),
        UrgentUpdates = workloads.Count(workload => workload.Recommendation == DriftRecommendation.UrgentUpdate),
    };

    /// <summary>The line below the table; null where there is nothing to say.</summary>
    public static string? LineOf(DriftStatus? drift) => drift switch
    {
        { Summary: { } summary } => $"drift: {Describe(summary)}{ScanColumn.Suffix(drift.Reason)}",
        { Reason: { } reason } => $"drift: {reason}",
        _ => null,
    };

    /// <summary>A line for each workload that something has to be done about, the most urgent first.</summary>
    public static IEnumerable<string> WorkloadLinesOf(DriftStatus? drift)
    {
        var urgent = (drift?.Workloads ?? []).Where(workload => workload.Recommendation is not (null or DriftWords.NoAction)).ToArray();
        foreach (var workload in urgent.Take(MostLines))
        {
            yield return $"{workload.Kind}/{workload.Namespace}/{workload.Name} runs {workload.CurrentTag ?? workload.CurrentImage}: "
                + $"{workload.Status}, {workload.Recommendation}. {workload.Message}".TrimEnd();
        }

        if (urgent.Length > MostLines) yield return $"and {urgent.Length - MostLines} more; -o json and 'report' show all";
    }

    public static string Describe(DriftSummaryStatus summary)
    {
        (int Count, string What)[] parts =
        [
            (summary.Vulnerable, "vulnerable"), (summary.Outdated, "outdated"), (summary.Latest, "latest"), (summary.Unknown, "unknown"),
            (summary.UrgentUpdates, "in urgent need of an update"),
        ];
        var counts = parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.What}");
        return Counted.Of(summary.Total, "workload") + (summary.Total == 0 ? "" : $": {string.Join(", ", counts)}");
    }

    private static WorkloadDriftStatus ToStatus(WorkloadDrift workload) => new()
    {
        Namespace = ResultText.Cut(workload.Namespace),
        Name = ResultText.Cut(workload.Name),
        Kind = ResultText.Cut(workload.Kind),
        CurrentImage = CutOrNull(workload.CurrentImage),
        CurrentTag = CutOrNull(workload.CurrentTag),
        Status = DriftWords.Of(workload.State),
        AvailableUpdates = [.. workload.AvailableUpdates.Take(MostUpdates).Select(ToStatus)],
        Recommendation = DriftWords.Of(workload.Recommendation),
        Message = workload.Message is { } message ? OutsideText.Of(message, ScanProblem.LongestMessage) : null,
        Changes = workload.Changes.Count == 0 ? [] : [.. workload.Changes.Select(change => DriftWords.Of(change.Kind)).Distinct(StringComparer.Ordinal)],
    };

    private static AvailableUpdateStatus ToStatus(AvailableUpdate update) => new()
    {
        Tag = ResultText.Cut(update.Tag),
        Newer = update.IsNewer,
        CriticalCvesFixed = update.CriticalsFixed,
        HighCvesFixed = update.HighsFixed,
        NewCves = update.NewVulnerabilities,
        Recommendation = DriftWords.Of(update.Recommendation),
        SizeDiff = update.SizeDifference is { } difference ? ByteSize.FormatDifference(difference) : null,
        WaitingUntil = update.WaitingUntil,
    };

    private static string? CutOrNull(string? text) => text is null ? null : ResultText.Cut(text);
}
