using RegistryOperator.Reports;

namespace RegistryOperator.Host.Kinds;

/// <summary>What one scanner has on all images of a resource together: its last result, or why there is none.</summary>
internal sealed record RegistryFindings
{
    public required ScannerUse Use { get; init; }

    /// <summary>The last result; null where there is none of this resource and repository.</summary>
    public ResourceReport? Report { get; init; }

    /// <summary>Why there is no result, or none newer.</summary>
    public ScanProblem? Problem { get; init; }

    /// <summary>True where what the status shows was found in another repository, or for a namesake: it does not hold here.</summary>
    public bool IsOfAnother { get; init; }
}
