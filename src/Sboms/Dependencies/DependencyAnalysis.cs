using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Dependencies;

/// <summary>
/// Tells from a document's dependencies which packages the application depends on itself. Only the document's dependencies are used, never names.
/// <list type="bullet">
/// <item>A document says something of an ecosystem where one dependency has a package of that type at either end: makers give the graph by ecosystem.
/// Packages of the other types are <b>unknown</b>.</item>
/// <item>What the application itself is said to need is <b>direct</b>.</item>
/// <item>Beside that, what no package depends on is direct: something put it there. So a Debian image's packages, which depend on one another and have no
/// root, are direct where none of the others needs them. Packages in a dependency cycle on which nothing else depends are all direct,
/// unless the application is said to need one of them.</item>
/// <item>All others are <b>transitive</b>.</item>
/// </list>
/// Equal packages and dependencies give equal results, whatever their order.
/// </summary>
public static class DependencyAnalysis
{
    /// <summary>Stands for the licence of packages that have none.</summary>
    public const string NoLicense = "none";

    /// <summary>How many of the packages that most depend upon are kept, where the caller does not say.</summary>
    public const int DefaultMostDependedUpon = 10;

    /// <summary>Analyses a document.</summary>
    /// <param name="sbom">The document.</param>
    /// <param name="mostDependedUpon">How many packages <see cref="DependencyReport.MostDependedUpon"/> has at most.</param>
    public static DependencyReport Analyze(Sbom sbom, int mostDependedUpon = DefaultMostDependedUpon)
    {
        ArgumentNullException.ThrowIfNull(sbom);
        ArgumentOutOfRangeException.ThrowIfNegative(mostDependedUpon);
        var graph = DependencyGraph.Of(sbom);
        var isDirect = Direct(graph);
        var (reached, depth) = Follow(graph, isDirect);
        var direct = isDirect.Count(value => value);
        return new DependencyReport
        {
            Total = graph.Packages.Length,
            Direct = direct,
            Transitive = reached - direct,
            Unknown = graph.Packages.Length - reached,
            MaxDepth = depth,
            TopLevelPackages = graph.Packages.Where((_, place) => isDirect[place]).Select(package => package.Name).Distinct(StringComparer.Ordinal).ToArray(),
            MostDependedUpon = MostDependedUpon(graph, mostDependedUpon),
            Types = Count(graph.Packages.Select(package => package.Type)),
            Licenses = Count(graph.Packages.SelectMany(LicensesOf)),
            DuplicatePackages = Duplicates(graph.Packages),
        };
    }

    private static bool[] Direct(DependencyGraph graph)
    {
        var group = DependencyCycles.GroupsOf(graph.Needs);
        var isExplained = new bool[group.Length];
        for (var place = 0; place < group.Length; place++)
        {
            if (graph.IsNamedByRoot[place]) isExplained[group[place]] = true;
            foreach (var needed in graph.Needs[place])
                if (group[needed] != group[place]) isExplained[group[needed]] = true;
        }

        var types = TypesWithGraph(graph);
        return graph.Packages.Select((package, place) => graph.IsNamedByRoot[place] || (!isExplained[group[place]] && types.Contains(package.Type))).ToArray();
    }

    private static HashSet<string> TypesWithGraph(DependencyGraph graph)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var place = 0; place < graph.Packages.Length; place++)
        {
            if (graph.IsNamedByRoot[place] || graph.Dependents[place] > 0 || graph.Needs[place].Length > 0)
                types.Add(graph.Packages[place].Type);
        }

        return types;
    }

    private static (int Reached, int Depth) Follow(DependencyGraph graph, bool[] isDirect)
    {
        var isReached = (bool[])isDirect.Clone();
        var level = Enumerable.Range(0, isDirect.Length).Where(place => isDirect[place]).ToList();
        var (reached, depth) = (0, 0);
        while (level.Count > 0)
        {
            reached += level.Count;
            depth++;
            var next = new List<int>();
            foreach (var needed in level.SelectMany(place => graph.Needs[place]))
            {
                if (isReached[needed]) continue;
                isReached[needed] = true;
                next.Add(needed);
            }

            level = next;
        }

        return (reached, depth);
    }

    private static DependedUponPackage[] MostDependedUpon(DependencyGraph graph, int most) =>
        Enumerable.Range(0, graph.Packages.Length)
            .Where(place => graph.Dependents[place] > 0)
            .OrderByDescending(place => graph.Dependents[place])
            .ThenBy(place => place)
            .Take(most)
            .Select(place => (Package: graph.Packages[place], Dependents: graph.Dependents[place]))
            .Select(found => new DependedUponPackage(found.Package.Name, found.Package.Version, found.Package.Type, found.Dependents))
            .ToArray();

    private static IEnumerable<string> LicensesOf(SbomPackage package) =>
        package.Licenses.SelectMany(LicenseExpression.Parts).DefaultIfEmpty(NoLicense).Distinct(StringComparer.Ordinal);

    private static DuplicatePackage[] Duplicates(SbomPackage[] packages) =>
        packages.GroupBy(package => (package.Name, package.Type))
            .Select(same => new DuplicatePackage(
                same.Key.Name,
                same.Key.Type,
                same.Select(package => package.Version).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray()))
            .Where(duplicate => duplicate.Versions.Count > 1)
            .OrderBy(duplicate => duplicate.Name, StringComparer.Ordinal)
            .ThenBy(duplicate => duplicate.Type, StringComparer.Ordinal)
            .ToArray();

    private static SortedDictionary<string, int> Count(IEnumerable<string> texts)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, count) in texts.CountBy(text => text, StringComparer.Ordinal)) counts.Add(text, count);
        return counts;
    }
}
