using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>
/// Knows when a scan over all images of a resource is due: where there is none, where one of the things that it depends on has changed (options, versions,
/// images, results of other scanners, tags), where it is older than the interval (unless scanning again would give the same) or dated into the future, and
/// where a user asks for it.
/// </summary>
internal static class RegistryPlanner
{
    /// <param name="work">The scan as it would be made now, by a scanner that is ready.</param>
    /// <param name="asked">A user asks for results made after this; null where nobody does.</param>
    /// <param name="untilTags">The interval between scans of the tag list.</param>
    /// <param name="now">The time.</param>
    public static bool IsDue(RegistryWork work, DateTimeOffset? asked, TimeSpan untilTags, DateTimeOffset now) =>
        Decide(work.Scanner, work.Identity, work.Last, work.Inputs, asked, untilTags, now).IsDue();

    /// <summary>The first rule by which a scan is due, or is not.</summary>
    /// <param name="scanner">A scanner that is ready.</param>
    /// <param name="identity">Whose images, with which options and versions.</param>
    /// <param name="last">The scanner's last result over the same resource and repository; null for none.</param>
    /// <param name="inputs">What the result would depend on; null where that is not known, and so not compared.</param>
    /// <param name="asked">A user asks for results made after this; null where nobody does.</param>
    /// <param name="untilTags">The interval between scans of the tag list.</param>
    /// <param name="now">The time.</param>
    public static DueRule Decide(
        BoundScanner scanner, ResourceResultIdentity identity, ResourceReport? last, RegistryInputs? inputs, DateTimeOffset? asked, TimeSpan untilTags,
        DateTimeOffset now)
    {
        if (last is null || last.Options != identity.Options) return DueRule.NeverScanned;
        if (last.Versions != identity.Versions) return DueRule.OtherVersions;
        if (last.Created < asked) return DueRule.Requested;
        if (StoredTime.Believed(last.Created, now) is null) return DueRule.FutureDated;
        var hasTags = inputs is null || inputs.Tags.Length > 0;
        if (inputs is not null && (last.Inputs != inputs.Content || (hasTags && last.Tags != inputs.Tags))) return DueRule.InputChanged;
        if (scanner.Scanner!.Descriptor.IsRepeatable) return DueRule.SameAgain;
        return now - last.Created >= (hasTags ? scanner.Use.Interval : scanner.Use.IntervalWithoutTags(untilTags))
            ? DueRule.IntervalOver
            : DueRule.WithinInterval;
    }
}
