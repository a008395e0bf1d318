using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>What is printed of drift below a table. What could not be compared anew is told with its time.</summary>
internal static class DriftLines
{
    /// <summary>Workloads that are printed.</summary>
    private const int Most = 20;

    /// <summary>The last line; null where there is nothing to say.</summary>
    public static string? LineOf(RegistryStatus status) => status.Drift switch
    {
        { Summary: { Total: 0 }, Reason: null, Message: { } message } => $"drift: 0 workloads: {message}",
        { Summary: { } summary } drift => $"drift: {DriftSection.Describe(summary)}{Suffix(drift.Reason, OldTimeOf(status))}",
        { Reason: { } reason } => $"drift: {reason}",
        _ => null,
    };

    /// <summary>A line for each workload that something has to be done about or is waited for, the most urgent first.</summary>
    public static IEnumerable<string> WorkloadLinesOf(RegistryStatus status)
    {
        var told = (status.Drift?.Workloads ?? []).Where(IsTold).ToArray();
        var old = OldTimeOf(status);
        foreach (var workload in told.Take(Most))
        {
            // Of several images, the message has not room for each.
            var alarms = workload.Alarms.Where(alarm => alarm.Message is { } why && workload.Message?.Contains(why, StringComparison.Ordinal) != true)
                .Select(alarm => $"{alarm.Image}: {alarm.Message}");
            var warnings = workload.Warnings.Where(warning => workload.Message?.Contains(warning, StringComparison.Ordinal) != true);
            string[] sentences = [$"{workload.Status}, {workload.Recommendation}.", workload.Message ?? "", .. alarms, .. warnings];
            yield return $"{workload.FullName} {(old is null ? "runs" : "ran")} {workload.CurrentTag ?? workload.CurrentImage}"
                + $"{(old is null ? "" : $" at {old}")}: {string.Join(' ', sentences.Where(sentence => sentence.Length > 0))}";
        }

        if (told.Length > Most) yield return $"and {told.Length - Most} more; -o json and 'report' show all";
    }

    private static bool IsTold(WorkloadDriftStatus workload) =>
        workload.Recommendation is not (null or DriftWords.NoAction)
        || workload.Status is DriftWords.Unknown
        || workload.Warnings.Count > 0
        || workload.AvailableUpdates.Any(update => update.Recommendation is DriftWords.Waiting);

    /// <summary>When what is shown was found, where it could not be found anew.</summary>
    private static string? OldTimeOf(RegistryStatus status) =>
        status.Drift is { LastCheckTime: { } time } drift && (drift.Reason is not null || status.LastScanStatus == ScanStatuses.Failed)
            ? UtcText.ToMinute(time)
            : null;

    private static string Suffix(string? reason, string? old) => (reason, old) switch
    {
        (_, null) => ScanColumn.Suffix(reason),
        (null, _) => $" (as of {old})",
        _ => $" ({reason}, as of {old})",
    };
}
