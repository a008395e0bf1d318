namespace RegistryOperator.Architecture.Tests;

/// <summary>Which folders of a project know which others, by the types that their files name.</summary>
/// <param name="arrows">From a folder to each that it knows, with the names by which.</param>
internal sealed class FolderGraph(IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyCollection<string>>> arrows)
{
    /// <summary>Of the folders right below a project's own; a file beside the project is in the folder ".".</summary>
    /// <param name="tree">The sources.</param>
    /// <param name="project">The project's folder, e.g. <c>src/Host</c>.</param>
    public static FolderGraph Of(SourceTree tree, string project)
    {
        var files = tree.Files.Where(file => file.Path.StartsWith(project + "/", StringComparison.Ordinal)).ToArray();
        var homes = files.SelectMany(file => Names.DeclaredIn(file).Select(name => (Name: name, Folder: FolderOf(file, project))))
            .GroupBy(declared => declared.Name, StringComparer.Ordinal)
            // What several folders call the same can't be told apart by its name.
            .Where(same => same.DistinctBy(declared => declared.Folder).Count() == 1)
            .ToDictionary(same => same.Key, same => same.First().Folder, StringComparer.Ordinal);
        var arrows = files
            .SelectMany(file => Names.TypesUsedIn(file)
                .Where(homes.ContainsKey)
                // By the folder's namespace, Rounds.StatusBudget is a type, too.
                .Concat(Names.PairsIn(file).Where(pair => homes.GetValueOrDefault(pair.Right) == pair.Left).Select(pair => pair.Right))
                .Select(name => (From: FolderOf(file, project), To: homes[name], Name: name)))
            .Where(arrow => arrow.From != arrow.To)
            .GroupBy(arrow => arrow.From, StringComparer.Ordinal)
            .ToDictionary(
                from => from.Key,
                IReadOnlyDictionary<string, IReadOnlyCollection<string>> (from) => from.GroupBy(arrow => arrow.To, StringComparer.Ordinal).ToDictionary(
                    to => to.Key, IReadOnlyCollection<string> (to) => to.Select(arrow => arrow.Name).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal),
                StringComparer.Ordinal);
        return new FolderGraph(arrows);
    }

    /// <summary>A sentence for each arrow that is a part of a circle; empty where every arrow points one way.</summary>
    public IReadOnlyList<string> Circles() =>
    [
        .. from arrow in arrows
           from target in arrow.Value
           where Reaches(target.Key, arrow.Key)
           orderby arrow.Key, target.Key
           select $"{arrow.Key} -> {target.Key}: {string.Join(", ", target.Value.Order(StringComparer.Ordinal).Take(5))}",
    ];

    private bool Reaches(string from, string to)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([from]);
        while (next.TryPop(out var folder))
        {
            if (folder == to) return true;
            if (!seen.Add(folder) || !arrows.TryGetValue(folder, out var targets)) continue;
            foreach (var target in targets.Keys) next.Push(target);
        }

        return false;
    }

    private static string FolderOf(SourceFile file, string project)
    {
        var below = file.Path[(project.Length + 1)..];
        var slash = below.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "." : below[..slash];
    }
}
