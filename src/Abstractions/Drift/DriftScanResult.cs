using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Drift;

/// <summary>What a scanner of kind <see cref="ScannerKind.Drift"/> returns.</summary>
public sealed record DriftScanResult : RegistryScanResult
{
    /// <summary>The workloads that run images of the repository: one entry for each, or for each of its images.</summary>
    public required IReadOnlyList<WorkloadDrift> Workloads { get; init; }
}

/// <summary>A workload's image compared with the tags of its repository.</summary>
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

    /// <summary>The running tag; null where it is unknown, as for an image named by digest alone.</summary>
    public string? CurrentTag { get; init; }

    /// <summary>The state of the image.</summary>
    public DriftState State { get; init; }

    /// <summary>What to do.</summary>
    public DriftRecommendation Recommendation { get; init; }

    /// <summary>One sentence for the user.</summary>
    public string? Message { get; init; }

    /// <summary>Tags that could run instead, the best first.</summary>
    public IReadOnlyList<AvailableUpdate> AvailableUpdates { get; init; } = [];

    /// <summary>What in the workload itself should be corrected, such as an annotation that is not known, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; }

    /// <summary>What the registry has done to the running tag since the image was pulled.</summary>
    public IReadOnlyList<TagChange> Changes { get => field ?? []; init; }
}

/// <summary>Something that has happened to a running tag.</summary>
/// <param name="Kind">What.</param>
/// <param name="Message">One sentence for the user: what has changed, and since when.</param>
public sealed record TagChange(TagChangeKind Kind, string Message)
{
    /// <summary>The image that it is about, as the workload writes it; null for <see cref="WorkloadDrift.CurrentImage"/>.</summary>
    public string? Image { get; init; }
}

/// <summary>What may happen to a running tag.</summary>
public enum TagChangeKind
{
    /// <summary>A floating tag, such as <c>latest</c> or <c>1.27</c>, names another image now.</summary>
    TagMoved,

    /// <summary>A full version was built again from the same source, or by the same signer.</summary>
    Rebuilt,

    /// <summary>A full version names another image, and nothing shows that it is the same software built again.</summary>
    TagRewritten,

    /// <summary>The registry does not have the image any more.</summary>
    MissingUpstream,
}

/// <summary>A tag that could run instead. Numbers of vulnerabilities are null where one of the two has no vulnerability report.</summary>
public sealed record AvailableUpdate
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>Whether it is newer than the running image; null where that is not known.</summary>
    public bool? IsNewer { get; init; }

    /// <summary>Number of critical vulnerabilities that the running image has and this one does not.</summary>
    public int? CriticalsFixed { get; init; }

    /// <summary>Number of high vulnerabilities that the running image has and this one does not.</summary>
    public int? HighsFixed { get; init; }

    /// <summary>Number of vulnerabilities, of any severity, that this image has and the running one does not.</summary>
    public int? NewVulnerabilities { get; init; }

    /// <summary>Whether to take it.</summary>
    public UpdateRecommendation Recommendation { get; init; }

    /// <summary>Size of this image minus that of the running one, in bytes; null where a size is not known.</summary>
    public long? SizeDifference { get; init; }

    /// <summary>Until when the update is held back, since its image is not known for long enough; null where it is not, or no end is known.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }
}

/// <summary>The state of a workload's image compared with the tags of its repository.</summary>
public enum DriftState
{
    /// <summary>Too little is known.</summary>
    Unknown,

    /// <summary>There is no newer tag, or none that may be taken.</summary>
    Latest,

    /// <summary>There is a newer tag.</summary>
    Outdated,

    /// <summary>It has relevant vulnerabilities.</summary>
    Vulnerable,
}

/// <summary>What to do with a workload, in ascending urgency.</summary>
public enum DriftRecommendation
{
    /// <summary>Nothing.</summary>
    NoAction,

    /// <summary>There is an update.</summary>
    UpdateAvailable,

    /// <summary>An update fixes vulnerabilities.</summary>
    UpdateRecommended,

    /// <summary>An update fixes critical vulnerabilities.</summary>
    UrgentUpdate,

    /// <summary>A person should look: no update is clearly better.</summary>
    ReviewRequired,
}

/// <summary>Whether to take an update.</summary>
public enum UpdateRecommendation
{
    /// <summary>It is available.</summary>
    Available,

    /// <summary>It fixes vulnerabilities.</summary>
    Recommended,

    /// <summary>It fixes critical vulnerabilities.</summary>
    UrgentUpdate,

    /// <summary>It brings new vulnerabilities, or loses its signature.</summary>
    Caution,

    /// <summary>It is held back until <see cref="AvailableUpdate.WaitingUntil"/>.</summary>
    Waiting,
}
