using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>What may be left out of <c>status.drift</c> where a status is too large; the workloads are in the order of urgency.</summary>
internal static class DriftCuts
{
    public static int CountUpdates(DriftStatus? drift) => drift?.Workloads.Sum(workload => workload.AvailableUpdates.Count) ?? 0;

    /// <summary>The number of workloads at the end that need no action.</summary>
    public static int CountUpToDate(DriftStatus? drift) =>
        drift?.Workloads.Reverse().TakeWhile(workload => workload.Recommendation is null or DriftWords.NoAction).Count() ?? 0;

    /// <summary>Without that many updates, from the end of the lists, those of the least urgent workloads first.</summary>
    public static DriftStatus WithoutUpdates(DriftStatus drift, int count)
    {
        var workloads = drift.Workloads.ToArray();
        for (var i = workloads.Length - 1; i >= 0 && count > 0; i--)
        {
            var updates = workloads[i].AvailableUpdates;
            workloads[i] = workloads[i] with { AvailableUpdates = [.. updates.SkipLast(count)] };
            count -= updates.Count;
        }

        return drift with { Workloads = workloads };
    }
}
