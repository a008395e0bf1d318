namespace RegistryOperator.Sboms.Dependencies;

/// <summary>What <see cref="DependencyAnalysis"/> finds. Every list and count is in ordinal order or as its member says.</summary>
public sealed record DependencyReport
{
    /// <summary>All packages: <see cref="Direct"/>, <see cref="Transitive"/> and <see cref="Unknown"/> together.</summary>
    public required int Total { get; init; }

    /// <summary>Packages that the application itself depends on.</summary>
    public required int Direct { get; init; }

    /// <summary>Packages that are there because another package needs them.</summary>
    public required int Transitive { get; init; }

    /// <summary>Packages of ecosystems of which the document says nothing about dependencies.</summary>
    public required int Unknown { get; init; }

    /// <summary>How many steps the farthest package is from the application, along its shortest way; a direct package is at 1. 0 without a graph.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>The names of the direct packages, each once.</summary>
    public required IReadOnlyList<string> TopLevelPackages { get; init; }

    /// <summary>The packages that most other packages depend on themselves, most first, then by name, version and type.</summary>
    public required IReadOnlyList<DependedUponPackage> MostDependedUpon { get; init; }

    /// <summary>How many packages there are of each type.</summary>
    public required IReadOnlyDictionary<string, int> Types { get; init; }

    /// <summary>
    /// How many packages have each licence, <see cref="DependencyAnalysis.NoLicense"/> for those without. A package with several counts for each; so does one
    /// with an SPDX expression that joins them by AND.
    /// </summary>
    public required IReadOnlyDictionary<string, int> Licenses { get; init; }

    /// <summary>Packages that are there in several versions, by name and type.</summary>
    public required IReadOnlyList<DuplicatePackage> DuplicatePackages { get; init; }
}

/// <summary>A package that others depend on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Type">Its type.</param>
/// <param name="Dependents">How many packages depend on it themselves.</param>
public sealed record DependedUponPackage(string Name, string Version, string Type, int Dependents);

/// <summary>A package that is there in several versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Versions">The versions, in ordinal order; at least two.</param>
public sealed record DuplicatePackage(string Name, string Type, IReadOnlyList<string> Versions);
