using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>Knows whether the results of other scanners that a scan needs are there.</summary>
internal static class ScanNeeds
{
    /// <summary>The unmet need; null where all are met.</summary>
    /// <param name="work">The scan, by a scanner that was found.</param>
    /// <param name="scanners">All scanners of the resource.</param>
    /// <param name="reportOf">The reports there are.</param>
    public static ScanProblem? ProblemOf(ScanWork work, IReadOnlyList<BoundScanner> scanners, Func<ReportKey, Report?> reportOf)
    {
        foreach (var kind in work.Scanner.Scanner!.Descriptor.Needs)
        {
            BoundScanner[] needed = [.. scanners.Where(other => other.Use.Kind == kind)];
            if (needed.Any(other => work.Platforms.Any(platform => reportOf(other.KeyOf(platform)) is not null))) continue;
            return new ScanProblem(ScanReasons.ScannerUnavailable, needed.Length > 0
                ? $"{work.Key.Scanner} needs the image's result of kind {kind}, and there is none."
                : $"{work.Key.Scanner} needs results of kind {kind}: switch them on in the resource's spec.");
        }

        return null;
    }
}
