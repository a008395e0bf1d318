using RegistryOperator.Abstractions.Drift;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>One image of a workload as it was compared.</summary>
/// <param name="Running">The image.</param>
/// <param name="Drift">What was found, or what is kept.</param>
/// <param name="Failure">Why it could not be checked; null where it was.</param>
internal sealed record ComparedImage(RunningTag Running, WorkloadDrift Drift, Exception? Failure)
{
    /// <summary>Images that a message names since they could not be checked.</summary>
    private const int MostNotChecked = 3;

    /// <summary>The workload as a whole. Of several images, the worst counts, an alarm before all; the changes of all are told.</summary>
    /// <param name="found">Its images.</param>
    /// <param name="problems">What is wrong with its annotations, each a sentence.</param>
    public static WorkloadDrift Merge(IReadOnlyList<ComparedImage> found, IReadOnlyList<string> problems)
    {
        // An alarm comes first, of several always the same one: it is told once. What debugs a Pod counts else only where nothing else runs.
        var worst = found.OrderByDescending(one => Alarms(one.Drift).Any()).ThenBy(one => Alarms(one.Drift).Any() ? NameOf(one) : "", StringComparer.Ordinal)
            .ThenBy(one => one.Running.IsEphemeral)
            .ThenByDescending(one => one.Drift.Recommendation).ThenByDescending(one => one.Drift.State).First();
        var others = found.Where(one => one != worst).ToArray();
        var notes = new List<string>(others.SelectMany(one => Alarms(one.Drift).Select(alarm => $"{NameOf(one)}: {alarm.Message}")));
        notes.AddRange(others.Where(one => one.Failure is not null)
            .Select(one => $"{NameOf(one)} could not be checked now: {KeptResults.ReasonOf(one.Failure!)}.").Take(MostNotChecked));
        if (others.Length > 0) notes.Add($"It also runs {string.Join(", ", others.Select(NameOf))}.");
        if (worst.Running.Platforms.Count > 1) notes.Add($"It runs on {string.Join(", ", worst.Running.Platforms)}.");
        if (notes.Count == 0) return worst.Drift with { Warnings = problems };
        return worst.Drift with
        {
            Changes =
            [
                .. worst.Drift.Changes.Concat(others.SelectMany(one => one.Drift.Changes.Select(change => change with { Image = one.Running.Image })))
                    .DistinctBy(change => (change.Kind, change.Message)),
            ],
            Message = string.Join(' ', notes.Prepend(worst.Drift.Message)),
            Warnings = problems,
        };
    }

    private static IEnumerable<TagChange> Alarms(WorkloadDrift drift) => drift.Changes.Where(KeptResults.IsAlarm);

    private static string NameOf(ComparedImage one) => one.Drift.CurrentTag ?? one.Running.Image;
}
