using System.Collections.Frozen;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>
/// Determines whether Trivy finds the same in the document as in the image. Where it would silently find less, the document is not kept: a vulnerability
/// would vanish with the second scan.
/// </summary>
internal static class ReadBack
{
    // Red Hat's own images name the repositories of their packages in a file that CycloneDX has no place for, and Trivy matches by these.
    private const string RedHat = "redhat";

    // The system's advisories are not about packages of others, which Trivy leaves out for that.
    private const string OfficialRepository = "official";

    // Trivy passes over components with package URLs of another type.
    private static readonly FrozenSet<string> Types = FrozenSet.ToFrozenSet(
        [
            "apk", "deb", "rpm", "bitnami", "cargo", "cocoapods", "composer", "conan", "conda", "gem", "golang", "hex", "k8s", "maven", "npm", "nuget", "pub",
            "pypi", "swift",
        ],
        StringComparer.Ordinal);

    /// <summary>Why the document can't replace the image, for the log; null where it can.</summary>
    /// <param name="report">The report of the image.</param>
    /// <param name="log">What Trivy wrote to standard error.</param>
    public static string? FindObstacle(PackageReport report, string log)
    {
        if (report.Metadata?.OperatingSystem is { } system && FindObstacle(system, log) is { } obstacle) return obstacle;
        return (report.Results ?? [])
            .Where(ResultKinds.HasPackages)
            .SelectMany(result => result.Packages ?? [])
            .Select(FindObstacle)
            .FirstOrDefault(found => found is not null);
    }

    private static string? FindObstacle(ImageOperatingSystem system, string log)
    {
        if (system.Family == RedHat) return "Trivy needs the repositories of Red Hat's packages, which an SBOM does not name";
        // Ubuntu's, which has advisories of its own.
        if (system.IsExtended) return "an SBOM does not tell that the operating system is in extended maintenance";
        if (!string.IsNullOrEmpty(system.Supplier)) return "an SBOM does not tell who has rebuilt the operating system's packages";
        return system.Family == AlpineMatching.Family && !AlpineMatching.IsBySystemRelease(log)
            ? "Trivy matches Alpine's packages by their repository, which an SBOM does not name, and does not say that it is that of the system's release"
            : null;
    }

    private static string? FindObstacle(ReportedPackage package)
    {
        if (package.Repository?.Class is { Length: > 0 } and not OfficialRepository)
            return $"an SBOM does not tell that the package '{package.Name}' comes from a third party";
        if (package.Identifier?.PackageUrl is not { Length: > 0 } url) return IsLocal(package) ? null : $"the package '{package.Name}' has no package URL";
        return PackageUrlParts.Parse(url) is { } parts && Types.Contains(parts.Type) ? null : $"Trivy reads no package with a URL like {url} from an SBOM";
    }

    // Go modules of a local path and files without a package's name: no advisory is about any of them.
    private static bool IsLocal(ReportedPackage package) => string.IsNullOrEmpty(package.Name) || package.Name[0] == '.';
}
