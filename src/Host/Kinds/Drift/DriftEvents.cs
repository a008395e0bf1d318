using RegistryOperator.Abstractions.Images;
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
            var told = Affected(before, change).ToLookup(workload => workload.FullName, StringComparer.Ordinal);
            var affected = Affected(after, change).Where(workload => !told[workload.FullName].Any(earlier => IsSame(earlier, workload)
                && (change != DriftWords.TagRewritten || !IsAnother(DigestOf(earlier, before!), DigestOf(workload, after))))).ToArray();
            if (affected.Length == 0) continue;
            var first = $"{Describe(affected[0])}: {affected[0].Message}";
            yield return new RegistryEvent(reason, affected.Length == 1 ? first : $"{affected.Length} workloads {what}: {NamesOf(affected)}. {first}");
        }
    }

    private static IEnumerable<WorkloadDriftStatus> Affected(RegistryStatus? status, string change) =>
        status?.Drift?.Workloads.Where(workload => workload.Changes.Contains(change, StringComparer.Ordinal)) ?? [];

    /// <summary>True where both run the same image, in whatever form each names it: with or without a digest, under an alias of the host or of a mirror at the
    /// same path.</summary>
    private static bool IsSame(WorkloadDriftStatus before, WorkloadDriftStatus after)
    {
        if (before.CurrentImage == after.CurrentImage) return true;
        if (!ImageReference.TryParse(before.CurrentImage, out var earlier) || !ImageReference.TryParse(after.CurrentImage, out var later)) return false;
        var (tag, tagNow) = (earlier.EffectiveTag ?? before.CurrentTag, later.EffectiveTag ?? after.CurrentTag);
        var isSameTag = tag is not null && tag == tagNow;
        var isSameDigest = earlier.Digest is not null && earlier.Digest == later.Digest;
        // What one of them does not name contradicts nothing.
        return earlier.Repository == later.Repository && (isSameTag || isSameDigest)
            && (isSameTag || tag is null || tagNow is null) && (isSameDigest || earlier.Digest is null || later.Digest is null);
    }

    /// <summary>A version that is rewritten once more is another event. A status that is too large does not name the digest, which says nothing.</summary>
    private static bool IsAnother(string? before, string? after) => before is not null && after is not null && before != after;

    private static string? DigestOf(WorkloadDriftStatus workload, RegistryStatus status) =>
        status.Images.FirstOrDefault(image => image.Tag == workload.CurrentTag)?.Digest;

    private static string NamesOf(WorkloadDriftStatus[] workloads) =>
        string.Join(", ", workloads.Take(Most).Select(NameOf)) + (workloads.Length > Most ? $" and {workloads.Length - Most} more" : "");

    private static string Describe(WorkloadDriftStatus workload) => $"{NameOf(workload)} runs {workload.CurrentTag ?? workload.CurrentImage}";

    private static string NameOf(WorkloadDriftStatus workload) => workload.FullName;
}
