using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>
/// Knows what is due: what was never scanned, what was made with other versions of the scanner, its tool or its database, what is older than
/// the interval (unless scanning again would give the same), what is dated into the future, and what a user asks for. Options are a part of the key, so that changed ones
/// were never scanned.
/// </summary>
internal sealed class ScanPlanner(TimeProvider time)
{
    /// <summary>Plans a round of scans of one resource.</summary>
    /// <param name="images">The images, in the resource's order.</param>
    /// <param name="scanners">The scanners to plan for, in the order in which to run them for an image.</param>
    /// <param name="others">All scanners of the resource, on whose results those may depend.</param>
    /// <param name="reports">The reports there are of these images.</param>
    /// <param name="asked">A user asks for results made after this; null where nobody does.</param>
    /// <returns>The scans that are due, each once: images in use first, then in the order given.</returns>
    public IReadOnlyList<ScanWork> Plan(
        IReadOnlyList<ScanImage> images, IReadOnlyList<BoundScanner> scanners, IReadOnlyList<BoundScanner> others,
        IReadOnlyDictionary<ReportKey, Report> reports, DateTimeOffset? asked)
    {
        var now = time.GetUtcNow();
        var due = new List<ScanWork>();
        var planned = new HashSet<ReportKey>();
        foreach (var image in images.OrderByDescending(image => image.IsInUse))
        {
            foreach (var scanner in scanners)
            {
                if (scanner.Problem is not null || !scanner.Use.Covers(image.Tag)) continue;
                foreach (var platform in image.Platforms.Chosen)
                {
                    var key = scanner.KeyOf(platform);
                    if (planned.Contains(key)) continue;
                    var report = reports.GetValueOrDefault(key);
                    if (!IsDue(scanner, report, asked, now) && !IsOvertaken(scanner, report!, platform, others, reports, now)) continue;
                    planned.Add(key);
                    due.Add(new ScanWork(key, platform, scanner) { Image = image });
                }
            }
        }

        return due;
    }

    private static bool IsDue(BoundScanner scanner, Report? report, DateTimeOffset? asked, DateTimeOffset now)
    {
        if (report is null || report.Versions != scanner.Versions) return true;
        if (report.Created < asked) return true;
        // Made with a clock that was wrong: neither its age nor what it was made from can be told before that time comes.
        if (report.Created > now) return true;
        // An attached SBOM may come, go or change while the image stays the same.
        var repeatable = scanner.Scanner!.Descriptor.IsRepeatable && report.Method != ScanMethods.Attached && scanner.Use.AttachedFrom is null;
        return !repeatable && now - report.Created >= scanner.Use.Interval;
    }

    /// <summary>True where a result that this one was made from has been made anew since.</summary>
    private static bool IsOvertaken(
        BoundScanner scanner, Report report, ChosenPlatform platform, IReadOnlyList<BoundScanner> others, IReadOnlyDictionary<ReportKey, Report> reports, DateTimeOffset now) =>
        others.Any(other => scanner.Scanner!.Descriptor.Needs.Contains(other.Use.Kind)
            && reports.GetValueOrDefault(other.KeyOf(platform)) is { } needed && needed.Created > report.Created && needed.Created <= now);
}
