using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>Collects what a scanner has on an image.</summary>
internal static class ImageFindings
{
    public static ScannerFindings Of(ScanImage image, BoundScanner scanner, ScanState state)
    {
        if (!scanner.Use.Covers(image.Tag))
        {
            var filtered = new ScanProblem(ScanReasons.Filtered, "The tag is not among the section's tags.");
            return new ScannerFindings { Use = scanner.Use, Reports = [], Missing = [], Problem = filtered };
        }

        var subjects = scanner.SubjectsOf(image);
        // A missing platform is irrelevant to a scan of the whole image.
        IReadOnlyList<MissingPlatformStatus> lacking = subjects == image.Platforms.Chosen ? image.Platforms.Missing : [];
        var reports = new List<Report>();
        var missing = new List<MissingPlatformStatus>(lacking);
        ScanProblem? first = null;
        foreach (var platform in subjects)
        {
            var key = scanner.KeyOf(platform);
            var problem = state.Problem ?? scanner.Problem ?? state.ProblemOf(key);
            first ??= problem;
            if (state.ReportOf(key) is { } report) reports.Add(report);
            else if (problem is not null)
                missing.Add(new MissingPlatformStatus { Platform = platform.Name, Reason = problem.Reason, Message = problem.Message });
        }

        // With one platform the section's own reason says it all.
        var named = subjects.Count + lacking.Count > 1 ? missing : [];
        return new ScannerFindings { Use = scanner.Use, Reports = reports, Missing = named, Problem = first ?? MissingProblem(image) };
    }

    /// <summary>For an image that has none of the platforms asked for.</summary>
    private static ScanProblem? MissingProblem(ScanImage image) =>
        image.Platforms is { Chosen: [], Missing: [{ Reason: { } reason, Message: { } message }, ..] } ? new ScanProblem(reason, message) : null;
}
