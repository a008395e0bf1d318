using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;

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
    public static bool IsDue(RegistryWork work, DateTimeOffset? asked, TimeSpan untilTags, DateTimeOffset now)
    {
        if (work.Last is not { } last || last.Options != work.Identity.Options || last.Versions != work.Identity.Versions) return true;
        if (last.Created < asked || StoredTime.Believed(last.Created, now) is null) return true;
        var hasTags = work.Inputs.Tags.Length > 0;
        if (last.Inputs != work.Inputs.Content || (hasTags && last.Tags != work.Inputs.Tags)) return true;
        if (work.Scanner.Scanner!.Descriptor.IsRepeatable) return false;
        return now - last.Created >= (hasTags ? work.Scanner.Use.Interval : work.Scanner.Use.IntervalWithoutTags(untilTags));
    }
}
