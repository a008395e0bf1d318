using RegistryOperator.Abstractions.Images;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>What drift detection finds and nobody expects: full versions that were rewritten, and running images that are gone.</summary>
internal static class DriftEvents
{
    /// <summary>Workloads that one event names.</summary>
    private const int Most = 5;

    private static readonly (string Change, string Reason, string What)[] Kinds =
    [
        (DriftWords.TagRewritten, "TagRewritten", "run versions that were rewritten"),
        (DriftWords.MissingUpstream, "MissingUpstream", "run images that the registry does not have any more"),
    ];

    /// <summary>One event for each alarm, about the workloads that <paramref name="before"/> did not tell it of.</summary>
    public static IEnumerable<RegistryEvent> Of(RegistryStatus? before, RegistryStatus after)
    {
        foreach (var (change, reason, what) in Kinds)
        {
            var told = AlarmsIn(before, change).ToLookup(alarm => alarm.Workload.FullName, StringComparer.Ordinal);
            var alarms = AlarmsIn(after, change).Where(alarm => !told[alarm.Workload.FullName].Any(earlier => earlier.IsAbout(alarm)
                && (change != DriftWords.TagRewritten || !IsAnother(DigestOf(earlier, before!), DigestOf(alarm, after)))))
                .DistinctBy(alarm => alarm.Workload.FullName, StringComparer.Ordinal).ToArray();
            if (alarms.Length == 0) continue;
            var first = $"{alarms[0].Workload.FullName}{(alarms[0].IsOfCurrent ? "" : ", which also")} runs {alarms[0].Name}: {alarms[0].Workload.Message}";
            yield return new RegistryEvent(reason, alarms.Length == 1 ? first : $"{alarms.Length} workloads {what}: {NamesOf(alarms)}. {first}");
        }
    }

    private static IEnumerable<Alarm> AlarmsIn(RegistryStatus? status, string change)
    {
        foreach (var workload in status?.Drift?.Workloads ?? [])
        {
            if (!workload.Changes.Contains(change, StringComparer.Ordinal)) continue;
            var own = new Alarm(workload, workload.CurrentImage, workload.CurrentTag);
            foreach (var image in workload.Alarms.Where(alarm => alarm.Change == change).Select(alarm => alarm.Image).DefaultIfEmpty(own.Image))
                yield return image == own.Image ? own : new Alarm(workload, image, Tag: null);
        }
    }

    /// <summary>A version that is rewritten once more is another event. A status that is too large does not name the digest, which says nothing.</summary>
    private static bool IsAnother(string? before, string? after) => before is not null && after is not null && before != after;

    private static string? DigestOf(Alarm alarm, RegistryStatus status) => status.Images.FirstOrDefault(image => image.Tag == alarm.EffectiveTag)?.Digest;

    private static string NamesOf(Alarm[] alarms) =>
        string.Join(", ", alarms.Take(Most).Select(alarm => alarm.Workload.FullName)) + (alarms.Length > Most ? $" and {alarms.Length - Most} more" : "");

    /// <summary>A workload and the image of it that an alarm is about.</summary>
    /// <param name="Workload">The workload.</param>
    /// <param name="Image">The image as the workload writes it; null where that is not known.</param>
    /// <param name="Tag">The tag that it was found to be of; null for the one that it names.</param>
    private sealed record Alarm(WorkloadDriftStatus Workload, string? Image, string? Tag)
    {
        private readonly ImageReference? _reference = ImageReference.TryParse(Image, out var parsed) ? parsed : null;

        public string? EffectiveTag => Tag ?? _reference?.EffectiveTag;

        /// <summary>True where the workload's message begins with it.</summary>
        public bool IsOfCurrent => Image == Workload.CurrentImage;

        public string? Name => EffectiveTag ?? Image;

        /// <summary>True where both are about the same image, in whatever form each names it: with or without a digest, under an alias of the host or of a
        /// mirror at the same path.</summary>
        public bool IsAbout(Alarm other)
        {
            if (Image == other.Image) return true;
            if (_reference is not { } own || other._reference is not { } others) return false;
            var (tag, otherTag) = (own.EffectiveTag ?? Tag, others.EffectiveTag ?? other.Tag);
            var isSameTag = tag is not null && tag == otherTag;
            var isSameDigest = own.Digest is not null && own.Digest == others.Digest;
            // What one of them does not name contradicts nothing.
            return own.Repository == others.Repository && (isSameTag || isSameDigest)
                && (isSameTag || tag is null || otherTag is null) && (isSameDigest || own.Digest is null || others.Digest is null);
        }
    }
}
