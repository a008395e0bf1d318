using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Dependencies;

/// <summary>
/// Turns a document's dependencies, which may pass through entries that are not packages, into dependencies between packages. Entries such as Trivy's
/// operating system and lock files stand between the application and its packages: what they need, the application needs. An entry of this kind
/// that nothing leads to counts as a part of the application too. Dependencies of anything else (files, other documents) are ignored.
/// </summary>
internal sealed class DependencyCollector
{
    private readonly List<SbomDependency> _declared = [];
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    /// <summary>Adds an entry that represents the application or image itself.</summary>
    public void AddRoot(string id) => _roots.Add(id);

    /// <summary>Adds an entry that is not a package, and may be between the application and its packages.</summary>
    public void AddGroup(string id) => _groups.Add(id);

    /// <summary>Adds a dependency as the document has it.</summary>
    public void Add(string from, string to) => _declared.Add(new SbomDependency(from, to));

    /// <summary>The dependencies between these packages, and of the application on them, each once, in the document's order.</summary>
    public IReadOnlyList<SbomDependency> Build(IReadOnlyList<SbomPackage> packages)
    {
        var ids = packages.Select(package => package.Id).ToHashSet(StringComparer.Ordinal);
        var inRoot = GroupsOfRoot(ids);
        var seen = new HashSet<SbomDependency>();
        var dependencies = new List<SbomDependency>();
        foreach (var declared in _declared)
        {
            if (!ids.Contains(declared.To) || declared.From == declared.To) continue;
            var dependency = ids.Contains(declared.From) ? declared : declared with { From = SbomDependency.Root };
            if (dependency.From == SbomDependency.Root && !inRoot.Contains(declared.From)) continue;
            if (seen.Add(dependency)) dependencies.Add(dependency);
        }

        return dependencies;
    }

    private HashSet<string> GroupsOfRoot(HashSet<string> packages)
    {
        var next = _declared
            .Where(declared => _groups.Contains(declared.To) && !packages.Contains(declared.From))
            .ToLookup(declared => declared.From, declared => declared.To);
        var needed = _declared.Select(declared => declared.To).ToHashSet(StringComparer.Ordinal);
        var waiting = new Stack<string>(_roots.Concat(_groups.Where(group => !needed.Contains(group))));
        var reached = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.TryPop(out var id))
        {
            if (!reached.Add(id)) continue;
            foreach (var group in next[id]) waiting.Push(group);
        }

        return reached;
    }
}
