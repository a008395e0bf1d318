using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What one scanner has on all images of a resource together: its last result, or why there is none.</summary>
internal sealed record RegistryFindings
{
    public required ScannerUse Use { get; init; }

    /// <summary>The last result for this resource and repository; null for none.</summary>
    public ResourceReport? Report { get; init; }

    /// <summary>Why there is no result, or none newer.</summary>
    public ScanProblem? Problem { get; init; }

    /// <summary>True where the status shows a result of another repository, or of a deleted resource of the same name: it is not valid here.</summary>
    public bool IsOfAnother { get; init; }

    /// <summary>Why no workload runs an image of the repository, a sentence; null where some do, or the scanner compares none.</summary>
    public string? NoWorkloads { get; init; }

    /// <summary>True where workloads are to be compared with tags, and no list of these is at hand.</summary>
    public bool NeedsTags { get; init; }
}
