using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary><c>status.drift</c>: the workloads in the order of urgency, each with its best updates.</summary>
internal static class DriftSection
{
    /// <summary>Updates of a workload that a status shows; the report has all.</summary>
    private const int MostUpdates = 10;

    /// <summary>Alarms of a workload that a status tells by image.</summary>
    private const int MostAlarms = 10;

    /// <summary>Warnings of a workload that a status shows.</summary>
    private const int MostWarnings = 5;

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
            // The sort is stable: among equals, the scanner's order. Where there is no room for all, those at the end are cut.
            Workloads = [.. workloads.OrderByDescending(workload => workload.Recommendation).ThenByDescending(IsAlarm).Select(ToStatus)],
            Summary = Summarize(workloads),
            Scanner = findings.Use.Scanner,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message ?? (workloads.Count == 0 ? CutMessage(findings.NoWorkloads) : null),
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

    private static bool IsAlarm(WorkloadDrift workload) => workload.Changes.Any(IsAlarm);

    private static bool IsAlarm(TagChange? change) => change is { Kind: TagChangeKind.TagRewritten or TagChangeKind.MissingUpstream };

    /// <summary>Told by image where they are not all about the one that the workload is shown by: each is an event of its own.</summary>
    private static IReadOnlyList<WorkloadAlarmStatus> AlarmsOf(WorkloadDrift workload)
    {
        TagChange[] alarms = [.. workload.Changes.Where(IsAlarm)];
        return Array.TrueForAll(alarms, alarm => alarm.Image is null)
            ? []
            :
            [
                .. alarms.Take(MostAlarms).Select(alarm => new WorkloadAlarmStatus
                {
                    Change = DriftWords.Of(alarm.Kind),
                    Image = ImageOf(alarm.Image ?? workload.CurrentImage),
                    Message = CutMessage(alarm.Message),
                }),
            ];
    }

    private static WorkloadDriftStatus ToStatus(WorkloadDrift workload) => new()
    {
        Namespace = NameOf(workload.Namespace),
        Name = NameOf(workload.Name),
        Kind = NameOf(workload.Kind),
        CurrentImage = ImageOf(workload.CurrentImage),
        CurrentTag = CutOrNull(workload.CurrentTag),
        Status = DriftWords.Of(workload.State),
        AvailableUpdates = [.. workload.AvailableUpdates.Take(MostUpdates).Select(ToStatus)],
        Recommendation = DriftWords.Of(workload.Recommendation),
        Message = CutMessage(workload.Message),
        Changes = workload.Changes.Count == 0 ? [] : [.. workload.Changes.Select(change => DriftWords.Of(change.Kind)).Distinct(StringComparer.Ordinal)],
        Alarms = AlarmsOf(workload),
        Warnings = workload.Warnings.Count == 0 ? [] : [.. workload.Warnings.OfType<string>().Take(MostWarnings).Select(warning => CutMessage(warning)!)],
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

    private static string? CutMessage(string? message) => message is null ? null : OutsideText.Of(message, ScanProblem.LongestMessage);

    /// <summary>Whole: of two that begin alike, neither would be found by what is left.</summary>
    private static string NameOf(string name) => OutsideText.Of(name, KubernetesNames.NameLength);

    private static string? ImageOf(string? image) => image is null ? null : OutsideText.Of(image);

    private static string? CutOrNull(string? text) => text is null ? null : ResultText.Cut(text);
}
