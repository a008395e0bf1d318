using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Drift;

/// <summary>What a scanner of kind <see cref="ScannerKind.Drift"/> returns.</summary>
public sealed record DriftScanResult : RegistryScanResult
{
    /// <summary>The workloads that run images of the repository, one entry for each workload and image.</summary>
    public required IReadOnlyList<WorkloadDrift> Workloads { get; init; }
}

/// <summary>A workload's image against the tags of its repository.</summary>
public sealed record WorkloadDrift
{
    /// <summary>The workload's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The workload's name.</summary>
    public required string Name { get; init; }

    /// <summary>The workload's kind, e.g. <c>Deployment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The image as the workload writes it.</summary>
    public string? CurrentImage { get; init; }

    /// <summary>The tag that runs; null where none is known, as of an image named by digest alone.</summary>
    public string? CurrentTag { get; init; }

    /// <summary>How it stands.</summary>
    public DriftState State { get; init; }

    /// <summary>What to do.</summary>
    public DriftRecommendation Recommendation { get; init; }

    /// <summary>One sentence for the user.</summary>
    public string? Message { get; init; }

    /// <summary>Tags that could run instead, the best first.</summary>
    public IReadOnlyList<AvailableUpdate> AvailableUpdates { get; init; } = [];
}

/// <summary>A tag that could run instead of the one that does. Figures are null where one of the two has no vulnerability report.</summary>
public sealed record AvailableUpdate
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>Whether it is newer than what runs; null where that is not known.</summary>
    public bool? IsNewer { get; init; }

    /// <summary>Critical vulnerabilities that what runs has and this does not.</summary>
    public int? CriticalsFixed { get; init; }

    /// <summary>High vulnerabilities that what runs has and this does not.</summary>
    public int? HighsFixed { get; init; }

    /// <summary>Vulnerabilities, of any severity, that this has and what runs does not.</summary>
    public int? NewVulnerabilities { get; init; }

    /// <summary>Whether to take it.</summary>
    public UpdateRecommendation Recommendation { get; init; }

    /// <summary>By how many bytes this is larger than what runs, negative where it is smaller; null where a size is not known.</summary>
    public long? SizeDifference { get; init; }
}

/// <summary>How a workload's image stands against the tags of its repository.</summary>
public enum DriftState
{
    /// <summary>Too little is known to say.</summary>
    Unknown,

    /// <summary>Nothing newer is there.</summary>
    Latest,

    /// <summary>Something newer is there.</summary>
    Outdated,

    /// <summary>It has vulnerabilities that count.</summary>
    Vulnerable,
}

/// <summary>What to do with a workload, the least first.</summary>
public enum DriftRecommendation
{
    /// <summary>Nothing.</summary>
    NoAction,

    /// <summary>An update is there.</summary>
    UpdateAvailable,

    /// <summary>An update fixes something.</summary>
    UpdateRecommended,

    /// <summary>An update fixes what is critical.</summary>
    UrgentUpdate,

    /// <summary>A person should look: no update is clearly better.</summary>
    ReviewRequired,
}

/// <summary>Whether to take an update.</summary>
public enum UpdateRecommendation
{
    /// <summary>It is there.</summary>
    Available,

    /// <summary>It fixes something.</summary>
    Recommended,

    /// <summary>It fixes what is critical.</summary>
    UrgentUpdate,

    /// <summary>It brings new vulnerabilities.</summary>
    Caution,
}
