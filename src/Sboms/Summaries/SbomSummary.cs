using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Sboms.Vulnerabilities;

namespace RegistryOperator.Sboms.Summaries;

/// <summary>How much a summary holds.</summary>
public sealed record SbomSummaryLimits
{
    /// <summary>How many packages.</summary>
    public int Packages { get; init; } = 20;

    /// <summary>How many names of packages that the application depends on itself.</summary>
    public int TopLevelPackages { get; init; } = 20;

    /// <summary>How many types of packages have a count of their own.</summary>
    public int Types { get; init; } = 20;
}

/// <summary>What a resource's status says of an SBOM; as large as <see cref="SbomSummaryLimits"/> allows, however large the SBOM is.</summary>
public sealed record SbomSummary
{
    /// <summary>Counts the packages of the types that have no count of their own.</summary>
    public const string OtherTypes = "other";

    /// <summary>The format of the document.</summary>
    public required string Format { get; init; }

    /// <summary>When the document was made, if it says so.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>All packages.</summary>
    public required int TotalPackages { get; init; }

    /// <summary>How many packages there are of the most frequent types; the rest is under <see cref="OtherTypes"/>.</summary>
    public required IReadOnlyDictionary<string, int> PackageTypes { get; init; }

    /// <summary>Packages that the application depends on itself.</summary>
    public required int Direct { get; init; }

    /// <summary>Packages that other packages need.</summary>
    public required int Transitive { get; init; }

    /// <summary>Packages of which the document does not say which of the two they are.</summary>
    public required int Unknown { get; init; }

    /// <summary>How many steps the farthest package is from the application.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>Packages with a vulnerability that is fixed in a known version.</summary>
    public required int Outdated { get; init; }

    /// <summary>The first names of packages that the application depends on itself.</summary>
    public required IReadOnlyList<string> TopLevelPackages { get; init; }

    /// <summary>The packages that matter most.</summary>
    public required IReadOnlyList<RankedPackage> Packages { get; init; }

    /// <summary>How many vulnerabilities are of no package of the document.</summary>
    public required int UnmatchedVulnerabilities { get; init; }

    /// <summary>True where a list or the counts by type are not complete.</summary>
    public required bool IsTruncated { get; init; }

    /// <summary>Builds a summary.</summary>
    /// <param name="sbom">The document.</param>
    /// <param name="vulnerabilities">What is known of its packages; <see cref="VulnerabilityMatch.None"/> for nothing.</param>
    /// <param name="limits">How much it holds; null for the defaults.</param>
    public static SbomSummary Build(Sbom sbom, VulnerabilityMatch vulnerabilities, SbomSummaryLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(sbom);
        ArgumentNullException.ThrowIfNull(vulnerabilities);
        limits ??= new SbomSummaryLimits();
        var dependencies = DependencyAnalysis.Analyze(sbom, mostDependedUpon: 0);
        return new SbomSummary
        {
            Format = sbom.Format,
            Created = sbom.Created,
            TotalPackages = dependencies.Total,
            PackageTypes = MostFrequent(dependencies.Types, limits.Types),
            Direct = dependencies.Direct,
            Transitive = dependencies.Transitive,
            Unknown = dependencies.Unknown,
            MaxDepth = dependencies.MaxDepth,
            Outdated = vulnerabilities.Outdated,
            TopLevelPackages = dependencies.TopLevelPackages.Take(limits.TopLevelPackages).ToArray(),
            Packages = PackageRanking.Top(sbom, vulnerabilities, limits.Packages),
            UnmatchedVulnerabilities = vulnerabilities.Unmatched.Count,
            IsTruncated = dependencies.Total > limits.Packages
                || dependencies.TopLevelPackages.Count > limits.TopLevelPackages
                || dependencies.Types.Count > limits.Types,
        };
    }

    private static SortedDictionary<string, int> MostFrequent(IReadOnlyDictionary<string, int> types, int most)
    {
        var kept = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var byCount = types.OrderByDescending(type => type.Value).ThenBy(type => type.Key, StringComparer.Ordinal).ToArray();
        foreach (var (type, count) in byCount.Take(most)) kept.Add(type, count);
        var others = byCount.Skip(most).Sum(type => type.Value);
        if (others > 0) kept[OtherTypes] = kept.GetValueOrDefault(OtherTypes) + others;
        return kept;
    }
}
