using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Reports;
using RegistryOperator.Sboms.Summaries;
using RegistryOperator.Sboms.Vulnerabilities;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>What a status needs of an SBOM, with the vulnerability report from which its packages' vulnerabilities were taken.</summary>
internal sealed record EnrichedSbom
{
    /// <summary>A status has one of these for each tag; the report has everything.</summary>
    private static readonly SbomSummaryLimits Limits = new() { Packages = 10, TopLevelPackages = 10, Types = 10 };

    private const int LongestName = 200;

    public required SbomSummary Sbom { get; init; }

    /// <summary>When that report was made; null where there was none.</summary>
    public DateTimeOffset? EnrichedFrom { get; init; }

    /// <summary>The scanner of that report.</summary>
    public string? EnrichedBy { get; init; }

    /// <summary>With which options: results of others' options and Secrets are no results of a resource. Null for none.</summary>
    public string? EnrichedWith { get; init; }

    /// <summary>True where the vulnerabilities are those of this report.</summary>
    public bool IsFrom(Report report) =>
        report.Created == EnrichedFrom && report.Key.Scanner == EnrichedBy && report.Key.Options == (EnrichedWith ?? "");

    /// <summary>The summary without vulnerabilities.</summary>
    public EnrichedSbom WithoutVulnerabilities() => this with { EnrichedFrom = null, EnrichedBy = null, EnrichedWith = null };

    /// <summary>Summarises.</summary>
    /// <param name="sbom">The document.</param>
    /// <param name="report">The vulnerability report of the same image; null for none.</param>
    /// <param name="vulnerabilities">All its vulnerabilities.</param>
    public static EnrichedSbom Of(Sbom sbom, Report? report, IReadOnlyList<Vulnerability> vulnerabilities) => new()
    {
        Sbom = SbomSummary.Build(sbom, report is null ? VulnerabilityMatch.None : VulnerabilityMatcher.Match(sbom, vulnerabilities), Limits),
        EnrichedFrom = report?.Created,
        EnrichedBy = report?.Key.Scanner,
        EnrichedWith = report?.Key.Options is { Length: > 0 } options ? options : null,
    };

    /// <summary>The section of the status, without times and reasons; without vulnerabilities where the resource does not ask for them.</summary>
    public SbomStatus ToStatus(bool showsVulnerabilities)
    {
        var isKnown = showsVulnerabilities && EnrichedBy is not null;
        return new SbomStatus
        {
            Format = Sbom.Format,
            TotalPackages = Sbom.TotalPackages,
            PackageTypes = new SortedDictionary<string, int>(
                Sbom.PackageTypes
                    .GroupBy(type => Clean(type.Key), type => type.Value)
                    .ToDictionary(type => type.Key, type => type.Sum(), StringComparer.Ordinal),
                StringComparer.Ordinal),
            Packages = [.. Sbom.Packages.Select(package => new PackageStatus
            {
                Name = Clean(package.Name),
                Version = Clean(package.Version),
                Type = Clean(package.Type),
                VulnerabilityCount = isKnown ? package.VulnerabilityCount : null,
                Critical = isKnown ? package.IsCritical : null,
            })],
            Dependencies = new DependenciesStatus
            {
                Direct = Sbom.Direct,
                Transitive = Sbom.Transitive,
                Unknown = Sbom.Unknown,
                Outdated = isKnown ? Sbom.Outdated : null,
                Depth = Sbom.MaxDepth,
                TopLevelPackages = [.. Sbom.TopLevelPackages.Select(Clean)],
            },
        };
    }

    /// <summary>Names come from the image, and are untrusted.</summary>
    private static string Clean(string? name) => OutsideText.Of(name ?? "", LongestName);
}
