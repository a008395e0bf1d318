using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Dependencies;

/// <summary>
/// The dependencies between packages, by their indices in <see cref="Packages"/>, which is sorted, so that the document's order has no effect.
/// </summary>
internal sealed class DependencyGraph
{
    private DependencyGraph(SbomPackage[] packages, int[][] needs, int[] dependents, bool[] isNamedByRoot)
    {
        Packages = packages;
        Needs = needs;
        Dependents = dependents;
        IsNamedByRoot = isNamedByRoot;
    }

    /// <summary>All packages, by name, version, type and identifier.</summary>
    public SbomPackage[] Packages { get; }

    /// <summary>For each package, those that it depends on itself; never itself, each once.</summary>
    public int[][] Needs { get; }

    /// <summary>For each package, how many depend on it themselves.</summary>
    public int[] Dependents { get; }

    /// <summary>For each package, whether the document says that the application itself depends on it.</summary>
    public bool[] IsNamedByRoot { get; }

    public static DependencyGraph Of(Sbom sbom)
    {
        var packages = sbom.Packages
            .OrderBy(package => package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Version, StringComparer.Ordinal)
            .ThenBy(package => package.Type, StringComparer.Ordinal)
            .ThenBy(package => package.Id, StringComparer.Ordinal)
            .ToArray();
        var places = new Dictionary<string, int>(packages.Length, StringComparer.Ordinal);
        for (var place = 0; place < packages.Length; place++) places[packages[place].Id] = place;

        var needs = new SortedSet<int>?[packages.Length];
        var dependents = new int[packages.Length];
        var isNamedByRoot = new bool[packages.Length];
        foreach (var dependency in sbom.Dependencies)
        {
            if (!places.TryGetValue(dependency.To, out var to)) continue;
            if (dependency.From == SbomDependency.Root) isNamedByRoot[to] = true;
            else if (places.TryGetValue(dependency.From, out var from) && from != to && (needs[from] ??= []).Add(to)) dependents[to]++;
        }

        return new DependencyGraph(packages, Array.ConvertAll(needs, set => set?.ToArray() ?? []), dependents, isNamedByRoot);
    }
}
