using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What one scanner has on one image: a report for each platform, or why there is none.</summary>
internal sealed record ScannerFindings
{
    public required ScannerUse Use { get; init; }

    /// <summary>The reports there are, in the order of the platforms.</summary>
    public required IReadOnlyList<Report> Reports { get; init; }

    /// <summary>Platforms that have none.</summary>
    public required IReadOnlyList<MissingPlatformStatus> Missing { get; init; }

    /// <summary>Why there is no result, or none newer; the first platform's, where several have one.</summary>
    public ScanProblem? Problem { get; init; }

    public DateTimeOffset? Oldest => Reports.Count == 0 ? null : Reports.Min(report => report.Created);

    public string? Method => Reports.Count == 0 ? null : Reports[0].Method;

    /// <summary>Digests under which the full reports are stored; empty where that is the image's own, which the status has already.</summary>
    public IReadOnlyList<string> DigestsBeside(string? imageDigest)
    {
        string[] digests = [.. Reports.Select(report => report.Key.Digest.ToString())];
        return digests is [var only] && only == imageDigest ? [] : digests;
    }
}
