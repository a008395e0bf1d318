using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>
/// Knows when a scan over all images of a resource is due: where there is none, where one of the things that it depends on has changed (options, versions,
/// images, results of other scanners, tags), where it is older than the interval (unless scanning again would give the same) or dated into the future, and
/// where a user asks for it.
/// </summary>
internal static class RegistryPlanner
{
    /// <param name="scanner">The scanner, ready.</param>
    /// <param name="report">Its last result over the same resource and repository; null for none.</param>
    /// <param name="inputs">What a result would depend on now.</param>
    /// <param name="asked">A user asks for results made after this; null where nobody does.</param>
    /// <param name="untilTags">How long the list of tags may keep one waiting where it is not at hand.</param>
    /// <param name="now">The time.</param>
    public static bool IsDue(BoundScanner scanner, ResourceReport? report, RegistryInputs inputs, DateTimeOffset? asked, TimeSpan untilTags, DateTimeOffset now)
    {
        if (report is null || report.Options != scanner.OptionsHash || report.Versions != scanner.Versions) return true;
        if (report.Created < asked || report.Created > now) return true;
        var hasTags = inputs.Tags.Length > 0;
        if (report.Inputs != inputs.Content || (hasTags && report.Tags != inputs.Tags)) return true;
        if (scanner.Scanner!.Descriptor.IsRepeatable) return false;
        // Where the tags are read about as often anyway, the scan waits for them: it would be made once more with them.
        var wait = !hasTags && scanner.Use.Interval >= untilTags ? scanner.Use.Interval + untilTags : scanner.Use.Interval;
        return now - report.Created >= wait;
    }
}
