using System.Collections.ObjectModel;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Abstractions.Workloads;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>Scans all images of one resource together.</summary>
public interface IRegistryScanner : IScanner
{
    /// <summary>Scans.</summary>
    /// <param name="request">The resource's images.</param>
    /// <param name="cancellationToken">The deadline and the shutdown.</param>
    /// <exception cref="ScanException">There is no result, for a reason the user reads.</exception>
    Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken);
}

/// <summary>The images of one resource.</summary>
public sealed record RegistryScanRequest
{
    /// <summary>The repository.</summary>
    public required RepositoryReference Repository { get; init; }

    /// <summary>The images that passed the resource's filter, in its order.</summary>
    public required IReadOnlyList<TaggedImage> Images { get; init; }

    /// <summary>All tags of the repository, in the registry's order, before the resource's filter.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>True where <see cref="Tags"/> is the whole list. From an incomplete one, no absence of a tag may be concluded.</summary>
    public bool IsTagListComplete { get; init; }

    /// <summary>What tags that are not among <see cref="Images"/> have named, as the host saw it: by tag, the newest first. Those alone that workloads name, or
    /// that have named what these run, such as tags that are gone. Empty where nothing is remembered.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>> EarlierTags { get; init; } =
        ReadOnlyDictionary<string, IReadOnlyList<TagHistoryEntry>>.Empty;

    /// <summary>The workloads that run images of the repository, under its own name (<see cref="Images.ImageReference.IsIn"/>) or under that of a mirror;
    /// null where the host knows of none, as without a cluster.</summary>
    public IReadOnlyList<Workload>? Workloads { get; init; }

    /// <summary>Why the host knows no workloads, or not all of them, and what to do, in one sentence; null where it knows all.</summary>
    public string? WorkloadsProblem { get; init; }

    /// <summary>The time between two scans that the resource asks for; null where the host does not say.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The latest results of the images; null where there is no report store.</summary>
    public IStoredResults? Results { get; init; }

    /// <summary>This scanner's own last result over this resource; null where there is none.</summary>
    public StoredResult<RegistryScanResult>? Last { get; init; }

    /// <summary>Reads the repository.</summary>
    public required IRegistryClient Client { get; init; }

    /// <summary>The resource's options for this scanner, an instance of <see cref="ScannerDescriptor.OptionsType"/>; null where it has none.</summary>
    public object? Options { get; init; }

    /// <summary>The content of the Secrets that <see cref="Options"/> name by <see cref="SecretKeyReference"/>.</summary>
    public ScanSecrets Secrets { get; init; } = ScanSecrets.None;
}

/// <summary>A tag and the image it names.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">The digest of the manifest or index it names.</param>
/// <param name="Created">When the image was created, where it says so.</param>
/// <param name="Size">Bytes of configuration and layers.</param>
public sealed record TaggedImage(string Tag, Digest Digest, DateTimeOffset? Created, long Size)
{
    /// <summary>Its platforms that the resource chooses; empty where they are not known.</summary>
    public IReadOnlyList<PlatformManifest> Platforms { get; init; } = [];

    /// <summary>Its platforms that the resource does not choose, as far as the host knows them.</summary>
    public IReadOnlyList<PlatformManifest> OtherPlatforms { get; init; } = [];

    /// <summary>When the tag was first seen, whatever it named then; null where that is not known.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>What the tag has named since the host first looked at it, the newest first: <see cref="Digest"/>. The last 20 are remembered, as long as the
    /// resource is there and names the repository. Empty where nothing is remembered.</summary>
    public IReadOnlyList<TagHistoryEntry> History { get; init; } = [];
}

/// <summary>What a tag named for a while.</summary>
/// <param name="Digest">The digest of the manifest or index.</param>
/// <param name="From">When it was first seen to name that.</param>
/// <param name="To">When it was first seen to name something else, or to be gone; null while it names that.</param>
public sealed record TagHistoryEntry(Digest Digest, DateTimeOffset From, DateTimeOffset? To = null);

/// <summary>What was found over all images of a resource.</summary>
public record RegistryScanResult
{
    /// <summary>The result for people, in one word or phrase.</summary>
    public required string Result { get; init; }

    /// <summary>The result for gates and alerts.</summary>
    public ScanVerdict Verdict { get; init; }

    /// <summary>A few named figures or phrases. The host cuts what is too long.</summary>
    public IReadOnlyDictionary<string, string> Summary { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A few named finite numbers for metrics and comparisons. The host drops what exceeds its limit.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The full documents, the main one first.</summary>
    public IReadOnlyList<ReportDocument> Documents { get; init; } = [];
}
