using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Kinds;

/// <summary>What one scanner has on one image: a report for each platform, or why there is none.</summary>
internal sealed record ImageFindings
{
    /// <summary>The reports there are, in the order of the platforms.</summary>
    public required IReadOnlyList<Report> Reports { get; init; }

    /// <summary>Platforms that have none.</summary>
    public required IReadOnlyList<MissingPlatformStatus> Missing { get; init; }

    /// <summary>Why there is no result, or none newer; the first platform's, where several have one.</summary>
    public ScanProblem? Problem { get; init; }

    public DateTimeOffset? Oldest => Reports.Count == 0 ? null : Reports.Min(report => report.Created);

    public string? Method => Reports.Count == 0 ? null : Reports[0].Method;

    /// <summary>Under which the full reports are stored; none where that is the image's own digest, which stands beside it: thousands of tags add up.</summary>
    public IReadOnlyList<string> DigestsBeside(string? imageDigest)
    {
        string[] digests = [.. Reports.Select(report => report.Key.Digest.ToString())];
        return digests is [var only] && only == imageDigest ? [] : digests;
    }

    /// <summary>Collects what there is.</summary>
    public static ImageFindings Of(ScanImage image, BoundScanner scanner, ScanState state)
    {
        if (!scanner.Use.Covers(image.Tag))
            return new ImageFindings { Reports = [], Missing = [], Problem = new ScanProblem(ScanReasons.Filtered, "The tag is not among the section's tags.") };

        var reports = new List<Report>();
        var missing = new List<MissingPlatformStatus>(image.Platforms.Missing);
        ScanProblem? first = null;
        foreach (var platform in image.Platforms.Chosen)
        {
            var key = scanner.KeyOf(platform);
            var problem = state.Problem ?? scanner.Problem ?? state.ProblemOf(key);
            first ??= problem;
            if (state.ReportOf(key) is { } report) reports.Add(report);
            else if (problem is not null) missing.Add(new MissingPlatformStatus { Platform = platform.Name, Reason = problem.Reason, Message = problem.Message });
        }

        // With one platform the section's own reason says it all.
        var named = image.Platforms.Chosen.Count + image.Platforms.Missing.Count > 1 ? missing : [];
        return new ImageFindings { Reports = reports, Missing = named, Problem = first ?? MissingProblem(image) };
    }

    private static ScanProblem? MissingProblem(ScanImage image) =>
        image.Platforms is { Chosen: [], Missing: [{ Reason: { } reason, Message: { } message }, ..] } ? new ScanProblem(reason, message) : null;
}
