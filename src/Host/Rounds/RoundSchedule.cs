using System.Globalization;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Rounds;

/// <summary>When a resource has its next round.</summary>
internal static class RoundSchedule
{
    /// <summary>Each interval varies by up to this fraction, so that resources created together do not run their rounds together for ever.</summary>
    public const double Jitter = 0.1;

    /// <summary>The longest <c>Retry-After</c> that is honoured, whichever client read it; the built-in client has the same limit.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromSeconds(15);

    /// <summary>How long until the resource's next round is due; zero or less where it is due now.</summary>
    public static TimeSpan UntilDue(RegistryResource resource, DateTimeOffset now)
    {
        var status = resource.Status;
        var changed = status?.LastScanStatus is null || status.ObservedGeneration != resource.Metadata.Generation;
        if (changed || IsRequested(resource)) return TimeSpan.Zero;

        if (StoredTime.Believed(status!.LastScanTime, now) is not { } last) return TimeSpan.Zero;

        // The next round's time is in the future by its nature: it is trusted up to what a round could have set.
        var due = status.NextScanTime ?? now;
        var longest = resource.Spec.EffectiveScanInterval * (1 + Jitter);
        if (status.LastScanStatus == ScanStatuses.Failed && longest < LongestRetryAfter) longest = LongestRetryAfter;
        var latest = last + longest;
        return (due < latest ? due : latest) - now;
    }

    /// <summary>
    /// The order in which resources have their rounds, as indexes: what has been due for longest first, since what a registry allows may not suffice for all.
    /// </summary>
    public static int[] ByDue(IReadOnlyList<RegistryResource> resources, DateTimeOffset now) =>
        [.. Enumerable.Range(0, resources.Count).OrderBy(index => UntilDue(resources[index], now))];

    /// <summary>Says when the resource's next round is due, and by what.</summary>
    public static Decision Explain(RegistryResource resource, DateTimeOffset now)
    {
        if (resource.Spec.IsSuspended) return Decision.Stop("Suspended", "Scanning is suspended: what is known stays.").By("spec.suspend", "true");
        var left = UntilDue(resource, now);
        var interval = BindingWords.Seconds(resource.Spec.EffectiveScanInterval);
        if (left > TimeSpan.Zero)
            return Decision.Pass("NotDue", $"The list of tags is scanned next at {DueRules.Time(now + left)}.").By("spec.scanInterval", interval);
        if (resource.Status?.LastScanStatus is null) return Decision.Pass("Due", "No scan is known from its status: the list of tags is due.");
        if (resource.Status.ObservedGeneration != resource.Metadata.Generation)
            return Decision.Pass("Due", "The spec has changed since the last scan.").By("metadata.generation", $"{resource.Metadata.Generation}");
        if (IsRequested(resource))
            return Decision.Pass("Due", "A scan is asked for.").By($"metadata.annotations[{RegistryGroup.ScanRequestedAnnotation}]", ScanRequest(resource));
        return Decision.Pass("Due", "The interval between scans of the list of tags is over.").By("spec.scanInterval", interval);
    }

    /// <summary>How long until scanners are due again between rounds; null where there are no scanners or no images.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="kinds">The kinds of scanner.</param>
    /// <param name="lastRun">When they last did, in this process; null for never, e.g. after a restart.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? UntilScannersDue(RegistryResource resource, ScanKinds kinds, DateTimeOffset? lastRun, DateTimeOffset now)
    {
        // An image that was cut from the status can't be scanned without listing the tags. A round that failed has left the images of the last good one,
        // and what is known of them can be matched again without their registry.
        if (resource.Status is not { LastScanStatus: not null, Truncated: null, Images.Count: > 0 }) return null;
        var uses = kinds.UsesOf(resource.Spec);
        if (uses.Count == 0) return null;
        var untilTags = resource.Spec.EffectiveScanInterval;
        var interval = uses.Min(use => kinds.Of(use.Kind).TakesImageScanners ? use.Interval : use.IntervalWithoutTags(untilTags));
        return StoredTime.Believed(lastRun, now) is { } run ? run + interval - now : TimeSpan.Zero;
    }

    /// <summary>True where the annotation asks for a round that has not run yet.</summary>
    public static bool IsRequested(RegistryResource resource) =>
        ScanRequest(resource) is { } request && request != resource.Status?.LastHandledScanRequest;

    /// <summary>The time after which results must be made, where the annotation asks for new ones: its value where that is a time that is not in
    /// the future, else now.</summary>
    public static DateTimeOffset? AskedAt(RegistryResource resource, DateTimeOffset now)
    {
        if (!IsRequested(resource)) return null;
        var isTime = DateTimeOffset.TryParse(ScanRequest(resource), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var asked);
        return isTime ? StoredTime.Believed(asked, now) ?? now : now;
    }

    /// <summary>The value of the annotation that asks for a round.</summary>
    public static string? ScanRequest(RegistryResource resource) => resource.Metadata.Annotations?.GetValueOrDefault(RegistryGroup.ScanRequestedAnnotation);

    /// <summary>The delay after a round that succeeded.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="random">Between 0 and 1.</param>
    public static TimeSpan AfterSuccess(RegistryResource resource, double random) => resource.Spec.EffectiveScanInterval * (1 + Jitter * random);

    /// <summary>The delay after a round that failed: doubled with each failure in a row up to the interval, and at least what the registry asks,
    /// within <see cref="LongestRetryAfter"/>. Null where only a change of the resource can help.</summary>
    public static TimeSpan? AfterFailure(RegistryResource resource, RoundFailure failure, int failuresInARow, double random)
    {
        if (failure.NeedsSpecChange) return null;
        var interval = resource.Spec.EffectiveScanInterval;
        var backoff = FirstRetryDelay * Math.Pow(2, Math.Clamp(failuresInARow - 1, 0, 20));
        var delay = (backoff < interval ? backoff : interval) * (1 + Jitter * random);
        var asked = failure.RetryAfter is { } wish && wish > LongestRetryAfter ? LongestRetryAfter : failure.RetryAfter;
        return asked > delay ? asked : delay;
    }
}
