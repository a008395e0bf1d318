using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Vulnerabilities;

namespace RegistryOperator.Sboms.Summaries;

/// <summary>
/// Chooses the packages that matter most: those with a critical vulnerability, then those with most vulnerabilities, then by name, version and type.
/// </summary>
public static class PackageRanking
{
    /// <summary>The packages that matter most, most first.</summary>
    /// <param name="sbom">All packages.</param>
    /// <param name="vulnerabilities">What is known of them.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<RankedPackage> Top(Sbom sbom, VulnerabilityMatch vulnerabilities, int most)
    {
        ArgumentNullException.ThrowIfNull(sbom);
        ArgumentNullException.ThrowIfNull(vulnerabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var affected = vulnerabilities.Packages.ToDictionary(package => package.Package.Id, StringComparer.Ordinal);
        return sbom.Packages
            .Select(package => affected.TryGetValue(package.Id, out var known) ? known : new AffectedPackage(package, 0, IsCritical: false, IsOutdated: false))
            .OrderByDescending(package => package.IsCritical)
            .ThenByDescending(package => package.VulnerabilityCount)
            .ThenBy(package => package.Package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Package.Version, StringComparer.Ordinal)
            .ThenBy(package => package.Package.Type, StringComparer.Ordinal)
            .ThenBy(package => package.Package.Id, StringComparer.Ordinal)
            .Take(most)
            .Select(package => new RankedPackage(
                package.Package.Name, package.Package.Version, package.Package.Type, package.VulnerabilityCount, package.IsCritical, package.IsOutdated))
            .ToArray();
    }
}

/// <summary>A package in a summary.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; empty where not known.</param>
/// <param name="Type">Its type, as in package URLs.</param>
/// <param name="VulnerabilityCount">How many vulnerabilities it has.</param>
/// <param name="IsCritical">True where one is critical.</param>
/// <param name="IsOutdated">True where a version is known that fixes one.</param>
public sealed record RankedPackage(string Name, string Version, string Type, int VulnerabilityCount, bool IsCritical, bool IsOutdated);
