using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>
/// Knows what is due: what was never scanned, what was made with other versions of the scanner, its tool or its database, what is older than
/// the interval (unless scanning again would give the same), what is dated into the future, and what a user asks for. Options are a part of the key, so
/// that changed ones were never scanned.
/// </summary>
internal sealed class ScanPlanner(TimeProvider time)
{
    /// <summary>Plans the scans of one round.</summary>
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
                foreach (var work in WorkOf(scanner, image))
                {
                    if (planned.Contains(work.Key)) continue;
                    if (!Decide(work, others, reports, asked, now).IsDue()) continue;
                    planned.Add(work.Key);
                    due.Add(work);
                }
            }
        }

        return due;
    }

    /// <summary>All scans of an image by a scanner, due or not.</summary>
    public static IEnumerable<ScanWork> WorkOf(BoundScanner scanner, ScanImage image)
    {
        var subjects = scanner.SubjectsOf(image);
        foreach (var subject in subjects)
        {
            var isOfAll = subjects != image.Platforms.Chosen;
            yield return new ScanWork(subject, scanner)
            {
                Platforms = isOfAll ? [.. image.Platforms.Whole] : [subject],
                OtherPlatforms = isOfAll ? image.Platforms.Others : [],
                Image = image,
            };
        }
    }

    /// <summary>The first rule by which a scan is due, or is not.</summary>
    /// <param name="work">The scan, by a scanner that is ready.</param>
    /// <param name="others">All scanners of the resource.</param>
    /// <param name="reports">The reports there are of the image.</param>
    /// <param name="asked">A user asks for results made after this; null where nobody does.</param>
    /// <param name="now">The time.</param>
    public static DueRule Decide(
        ScanWork work, IReadOnlyList<BoundScanner> others, IReadOnlyDictionary<ReportKey, Report> reports, DateTimeOffset? asked, DateTimeOffset now)
    {
        var scanner = work.Scanner;
        if (reports.GetValueOrDefault(work.Key) is not { } report) return DueRule.NeverScanned;
        if (report.Versions != scanner.Versions) return DueRule.OtherVersions;
        if (report.Created < asked) return DueRule.Requested;
        // Dated in the future by a wrong clock: its age, and the age of its inputs, can't be known.
        if (StoredTime.Believed(report.Created, now) is null) return DueRule.FutureDated;
        // An attached SBOM may come, go or change while the image stays the same.
        var repeatable = scanner.Scanner!.Descriptor.IsRepeatable && report.Method != ScanMethods.Attached && !scanner.Use.TakesAttached;
        if (!repeatable && now - report.Created >= scanner.Use.Interval) return DueRule.IntervalOver;
        if (IsOvertaken(work, report, others, reports, now)) return DueRule.InputChanged;
        return repeatable ? DueRule.SameAgain : DueRule.WithinInterval;
    }

    /// <summary>True where a result that this one was made from has been made again since.</summary>
    private static bool IsOvertaken(
        ScanWork work, Report report, IReadOnlyList<BoundScanner> others, IReadOnlyDictionary<ReportKey, Report> reports, DateTimeOffset now) =>
        others.Where(other => work.Scanner.Scanner!.Descriptor.Needs.Contains(other.Use.Kind))
            .SelectMany(other => work.Platforms.Select(platform => reports.GetValueOrDefault(other.KeyOf(platform))))
            .Any(needed => needed is not null && StoredTime.Believed(needed.Created, now) > report.Created);
}
