using System.Collections.Frozen;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>Classes and types of results, as far as they decide where packages stand in the document.</summary>
internal static class ResultKinds
{
    /// <summary>The class of the operating system's packages.</summary>
    public const string OperatingSystem = "os-pkgs";

    /// <summary>The class of a language's packages.</summary>
    public const string Language = "lang-pkgs";

    // Their packages each have a file of their own, and depend on nothing that is known.
    private static readonly FrozenSet<string> Aggregated =
        FrozenSet.ToFrozenSet(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"], StringComparer.Ordinal);

    /// <summary>True where packages belong to the image itself, not to one file.</summary>
    public static bool IsAggregated(PackageResult result) => result.Type is { } type && Aggregated.Contains(type);

    /// <summary>True where there are packages, not secrets or the like.</summary>
    public static bool HasPackages(PackageResult result) => IsAggregated(result) || result.Class is OperatingSystem or Language;
}
