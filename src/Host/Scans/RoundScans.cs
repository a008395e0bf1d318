using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans;

/// <summary>One resource's images, to be scanned.</summary>
internal sealed record RoundScans
{
    public required RegistryResource Resource { get; init; }

    /// <summary>The resource's name in the report store.</summary>
    public required ResourceName Name { get; init; }

    public required OpenedRegistry Registry { get; init; }

    /// <summary>The Secrets that the options of its scanners name.</summary>
    public required ResourceSecrets Secrets { get; init; }

    /// <summary>What was found under each tag.</summary>
    public required IReadOnlyList<InspectedImage> Images { get; init; }

    /// <summary>The images' status so far, in the same order, with the sections that earlier scans left.</summary>
    public required IReadOnlyList<ImageStatus> Statuses { get; init; }

    /// <summary>All tags of the repository, before filtering, as last listed; empty where they are not known.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>True where <see cref="Tags"/> is the whole list, read in this round.</summary>
    public bool IsTagListComplete { get; init; }

    /// <summary>What the tags have named, each the newest first, where the round has read it; else null.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>? History { get; init; }

    /// <summary>The workloads that run images of the repository; null where none is known, or none is asked for.</summary>
    public IReadOnlyList<Workload>? Workloads { get; init; }

    /// <summary>Why workloads are not known, or not all.</summary>
    public string? WorkloadsProblem { get; init; }

    /// <summary>Why no workload runs an image of the repository; null where some do.</summary>
    public string? NoWorkloads { get; init; }

    /// <summary>What is attached to the images.</summary>
    public RoundAttachments Attachments => field ??= new RoundAttachments(Registry.Client, IsTagListComplete ? Tags : null);

    /// <summary>The manifests and configurations of the images, as far as the round has read them.</summary>
    public ImageDocuments Documents { get => field ??= new ImageDocuments(Registry.Client); init; }

    /// <summary>Reads the repository for registry scanners.</summary>
    public IRegistryClient Client { get => field ??= Registry.Client; init; }

    /// <summary>A user asked for results made after this time; null for none.</summary>
    public DateTimeOffset? Asked { get; init; }

    /// <summary>Called periodically with interim statuses while scans run; may be null.</summary>
    public Func<IReadOnlyList<ImageStatus>, Task>? Publish { get; init; }

    public IRoundProgress? Progress { get; init; }
}

/// <summary>The scan results of a round.</summary>
/// <param name="Images">The statuses, with their sections.</param>
/// <param name="Condition">Whether the scanners can work; null where the resource asks for none.</param>
/// <param name="OverAll">The results of registry scanners.</param>
internal sealed record RoundScanResults(IReadOnlyList<ImageStatus> Images, ScannersCondition? Condition, IReadOnlyList<RegistryFindings> OverAll)
{
    /// <summary>The conditions that kinds add.</summary>
    public IReadOnlyList<KindCondition> KindConditions { get; init; } = [];
}
