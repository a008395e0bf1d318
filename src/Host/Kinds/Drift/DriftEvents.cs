using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>What drift detection finds and nobody expects: full versions that were rewritten, and running images that are gone.</summary>
internal static class DriftEvents
{
    /// <summary>Workloads that one event names.</summary>
    private const int Most = 5;

    private static readonly (string Change, string Reason, string What)[] Alarms =
    [
        (DriftWords.TagRewritten, "TagRewritten", "run versions that were rewritten"),
        (DriftWords.MissingUpstream, "MissingUpstream", "run images that the registry does not have any more"),
    ];

    /// <summary>One event for each alarm, about the workloads that <paramref name="before"/> did not tell it of.</summary>
    public static IEnumerable<RegistryEvent> Of(RegistryStatus? before, RegistryStatus after)
    {
        foreach (var (change, reason, what) in Alarms)
        {
            var told = Affected(before, change).GroupBy(IdentityOf).ToDictionary(same => same.Key, same => DigestOf(same.First(), before!));
            var affected = Affected(after, change).Where(workload => !told.TryGetValue(IdentityOf(workload), out var digest)
                || (change == DriftWords.TagRewritten && IsAnother(digest, DigestOf(workload, after)))).ToArray();
            if (affected.Length == 0) continue;
            var first = $"{Describe(affected[0])}: {affected[0].Message}";
            yield return new RegistryEvent(reason, affected.Length == 1 ? first : $"{affected.Length} workloads {what}: {NamesOf(affected)}. {first}");
        }
    }

    private static IEnumerable<WorkloadDriftStatus> Affected(RegistryStatus? status, string change) =>
        status?.Drift?.Workloads.Where(workload => workload.Changes.Contains(change, StringComparer.Ordinal)) ?? [];

    private static (string Kind, string Namespace, string Name, string? Image) IdentityOf(WorkloadDriftStatus workload) =>
        (workload.Kind, workload.Namespace, workload.Name, workload.CurrentImage);

    /// <summary>A version that is rewritten once more is another event. A status that is too large does not name the digest, which says nothing.</summary>
    private static bool IsAnother(string? before, string? after) => before is not null && after is not null && before != after;

    private static string? DigestOf(WorkloadDriftStatus workload, RegistryStatus status) =>
        status.Images.FirstOrDefault(image => image.Tag == workload.CurrentTag)?.Digest;

    private static string NamesOf(WorkloadDriftStatus[] workloads) =>
        string.Join(", ", workloads.Take(Most).Select(NameOf)) + (workloads.Length > Most ? $" and {workloads.Length - Most} more" : "");

    private static string Describe(WorkloadDriftStatus workload) => $"{NameOf(workload)} runs {workload.CurrentTag ?? workload.CurrentImage}";

    private static string NameOf(WorkloadDriftStatus workload) => workload.FullName;
}
