using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.Vulnerabilities;

/// <summary>What two tools must agree in to mean the same package; compared part by part and as a whole, never by parts of a text.</summary>
/// <param name="Type">The type as in package URLs; empty where a vulnerability gives none.</param>
/// <param name="Namespace">
/// The package URL's namespace; empty for an identity by name, where the name carries what there is of it, and for an operating system's package.
/// </param>
/// <param name="Name">The name, as the type's rules compare it.</param>
/// <param name="Version">The version, in <see cref="ComparableVersion"/>'s form.</param>
internal readonly record struct PackageIdentity(string Type, string Namespace, string Name, string Version)
{
    private const string EpochQualifier = "epoch";

    /// <summary>The identity by package URL; null where the text is not one. Qualifiers and subpath are ignored.</summary>
    public static PackageIdentity? OfUrl(string? text)
    {
        if (!PackageUrl.TryParse(text, out var url)) return null;
        // Tools name a distribution differently (alma and almalinux, amazon and amzn), and an image has one operating system.
        var @namespace = PackageTypes.IsOfOperatingSystem(url.Type) ? "" : url.Namespace ?? "";
        return new(url.Type, @namespace, url.Name, ComparableVersion(url.Type, url.Version ?? "", url.Qualifiers.GetValueOrDefault(EpochQualifier)));
    }

    /// <summary>A package's identity by name, version and type.</summary>
    public static PackageIdentity OfName(SbomPackage package) => OfName(package.Type, package.Name, package.Version);

    /// <summary>The same for the package that a vulnerability names.</summary>
    public static PackageIdentity OfName(Vulnerability vulnerability)
    {
        var type = PackageUrl.TryParse(vulnerability.PackageUrl, out var url) ? url.Type : vulnerability.PackageType ?? "";
        return OfName(type, vulnerability.Package, vulnerability.InstalledVersion);
    }

    /// <summary>This identity without the type.</summary>
    public PackageIdentity OfAnyType() => this with { Type = "" };

    private static PackageIdentity OfName(string type, string name, string version) =>
        new(type, "", PackageTypes.RulesOf(type).Apply(name), ComparableVersion(type, version, epoch: null));

    /// <summary>
    /// One form for what tools write differently: the epoch of a deb or rpm is in the version (Syft) or a qualifier (Trivy), and 0 is none; a Go
    /// version has its <c>v</c> or not.
    /// </summary>
    private static string ComparableVersion(string type, string version, string? epoch)
    {
        switch (type)
        {
            case "deb" or "rpm":
                if (epoch is not null && !version.Contains(':')) version = $"{epoch}:{version}";
                return version.StartsWith("0:", StringComparison.Ordinal) ? version[2..] : version;
            case "golang":
                return version.StartsWith('v') ? version[1..] : version;
            default:
                return version;
        }
    }
}
