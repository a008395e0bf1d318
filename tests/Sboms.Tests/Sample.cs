using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Small SBOMs.</summary>
internal static class Sample
{
    /// <summary>
    /// An SBOM of packages whose identifiers are their names, and of dependencies written <c>from&gt;to</c>; <c>&gt;to</c> is the application's own.
    /// </summary>
    public static Sbom Of(IEnumerable<SbomPackage> packages, params string[] dependencies) => new()
    {
        Format = SbomFormat.SyftJson,
        Packages = packages.ToArray(),
        Dependencies = dependencies.Select(text => new SbomDependency(text.Split('>')[0], text.Split('>')[1])).ToArray(),
    };

    /// <summary>Packages of one type.</summary>
    public static IEnumerable<SbomPackage> Packages(string type, params string[] names) => names.Select(name => Package(name, type: type));

    /// <summary>A package.</summary>
    public static SbomPackage Package(
        string name, string version = "1", string type = "npm", string? packageUrl = null, string? id = null, params string[] licenses) => new()
        {
            Id = id ?? name,
            Name = name,
            Version = version,
            Type = type,
            PackageUrl = packageUrl,
            Licenses = licenses,
        };

    /// <summary>The dependencies as <c>from&gt;to</c>.</summary>
    public static IEnumerable<string> Dependencies(Sbom sbom) => sbom.Dependencies.Select(dependency => $"{dependency.From}>{dependency.To}");
}
