using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>What the last check said of what can't be checked now: its alarms stay, and the message tells why nothing newer is known.</summary>
internal sealed class KeptResults(StoredResult<RegistryScanResult>? last, ImageReader images, FloatingTags floating)
{
    private const string Unchecked = "It could not be checked now: ";
    private const string Before = " The last check said: ";

    private readonly Dictionary<(string, string, string), WorkloadDrift> _last = ((last?.Value as DriftScanResult)?.Workloads ?? [])
        .GroupBy(workload => (workload.Namespace, workload.Kind, workload.Name)).ToDictionary(group => group.Key, group => group.First());

    /// <summary>Why something was not checked, a clause.</summary>
    public static string ReasonOf(Exception failure) => failure.Message.TrimEnd('.');

    /// <summary>What is kept of a workload of which nothing could be checked; null where the last check knows nothing of what it is shown by.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="written">Its images, as it writes them.</param>
    /// <param name="failure">Why it could not be checked.</param>
    public WorkloadDrift? Of(Workload workload, IReadOnlyCollection<string> written, Exception failure)
    {
        // What is not asked for never will be while there is as much: only alarms are kept of that.
        if (failure is not RegistryException || Find(workload) is not { } kept || !written.Contains(kept.CurrentImage, StringComparer.Ordinal)) return null;
        var said = kept.Message ?? "";
        if (said.StartsWith(Unchecked, StringComparison.Ordinal))
            said = said.LastIndexOf(Before, StringComparison.Ordinal) is var at and >= 0 ? said[(at + Before.Length)..] : "";
        return kept with
        {
            Changes = [.. kept.Changes.Where(change => change.Image is null || written.Contains(change.Image, StringComparer.Ordinal))],
            Message = $"{Unchecked}{ReasonOf(failure)}.{(said.Length == 0 ? "" : Before + said)}",
        };
    }

    /// <summary>Keeps what is known of one image of a workload.</summary>
    public WorkloadDrift Keep(Workload workload, RunningTag running, Exception failure)
    {
        images.Keep(running.Tag, running.Pinned is { } pinned ? [.. running.Digests, pinned] : running.Digests);
        // Nothing shows that it runs what the tag names.
        if (running.Tag is { } tag) floating.NoteChange(tag);
        var kept = Find(workload);
        TagChange[] changes =
        [
            .. (kept?.Changes ?? []).Where(change => (change.Image ?? kept!.CurrentImage) == running.Image).Select(change => change with { Image = null }),
        ];
        var drift = failure is RegistryException && kept?.CurrentImage == running.Image ? kept : new WorkloadDrift
        {
            Namespace = workload.Namespace,
            Name = workload.Name,
            Kind = workload.Kind,
            CurrentImage = running.Image,
            CurrentTag = kept?.CurrentImage == running.Image ? kept.CurrentTag : running.Tag,
            Recommendation = changes.Any(IsAlarm) ? DriftRecommendation.ReviewRequired : DriftRecommendation.NoAction,
        };
        return drift with
        {
            Changes = changes,
            Message = string.Join(' ', changes.Select(change => change.Message).Prepend($"{Unchecked}{ReasonOf(failure)}.")),
            Warnings = [],
        };
    }

    public static bool IsAlarm(TagChange change) => change.Kind is TagChangeKind.TagRewritten or TagChangeKind.MissingUpstream;

    private WorkloadDrift? Find(Workload workload) => _last.GetValueOrDefault((workload.Namespace, workload.Kind, workload.Name));
}
