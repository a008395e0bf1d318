using System.Globalization;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>All components of a report, and their dependencies.</summary>
internal sealed class ComponentGraph
{
    private const string Root = "root";
    private const string Direct = "direct";

    private readonly List<Component> _components = [];

    private ComponentGraph(Component image) => Image = image;

    /// <summary>The image.</summary>
    public Component Image { get; }

    /// <summary>All components but the image, in the report's order.</summary>
    public IReadOnlyList<Component> Components => _components;

    /// <summary>Makes it of a report.</summary>
    public static ComponentGraph Create(PackageReport report)
    {
        var graph = new ComponentGraph(ComponentFactory.Image(report));
        foreach (var result in report.Results ?? []) graph.Add(result, report.Metadata?.OperatingSystem);
        graph.Image.DependsOn();
        graph.AssignReferences();
        return graph;
    }

    private void Add(PackageResult result, ImageOperatingSystem? system)
    {
        if (ResultKinds.IsAggregated(result))
        {
            AddPackages(Image, result);
        }
        else if (ResultKinds.HasPackages(result))
        {
            var group = ComponentFactory.Group(result, system);
            _components.Add(group);
            Image.DependsOn(group);
            AddPackages(group, result);
        }
    }

    private void AddPackages(Component parent, PackageResult result)
    {
        var packages = result.Packages ?? [];
        var components = new Component[packages.Length];
        var byId = new Dictionary<string, Component>(StringComparer.Ordinal);
        for (var index = 0; index < packages.Length; index++)
        {
            // Packages of several architectures share an identifier: dependencies are on the last, as Trivy has it.
            byId[IdOf(packages[index])] = components[index] = ComponentFactory.Package(packages[index], result.Type);
        }

        _components.AddRange(components);
        var needed = packages.SelectMany(package => package.DependsOn ?? []).ToHashSet(StringComparer.Ordinal);
        var hasRoot = Array.Exists(packages, package => package.Relationship == Root);
        for (var index = 0; index < packages.Length; index++)
        {
            var package = packages[index];
            if (package.Relationship == Direct ? !hasRoot : !needed.Contains(IdOf(package))) parent.DependsOn(components[index]);
            if (package.DependsOn is not { Length: > 0 } dependencies) components[index].DependsOn();
            else Connect(components[index], dependencies, byId);
        }

        if (result.Class == ResultKinds.Language) AttachUnreachable(parent, components);
    }

    private static void Connect(Component component, string[] dependencies, Dictionary<string, Component> byId)
    {
        foreach (var dependency in dependencies)
        {
            if (byId.TryGetValue(dependency, out var found)) component.DependsOn(found);
        }
    }

    /// <summary>Packages in a dependency cycle are not reachable from their file, and Trivy would report them without it: they become direct
    /// dependencies of the file.</summary>
    private static void AttachUnreachable(Component parent, Component[] components)
    {
        var reached = new HashSet<Component>();
        Reach(parent);
        foreach (var component in components)
        {
            if (reached.Contains(component)) continue;
            parent.DependsOn(component);
            Reach(component);
        }

        void Reach(Component start)
        {
            var open = new Stack<Component>([start]);
            while (open.TryPop(out var next))
            {
                if (!reached.Add(next)) continue;
                foreach (var dependency in next.Dependencies ?? []) open.Push(dependency);
            }
        }
    }

    // The package URL where it is unique, so that the document is readable; a number is as stable, since the report's order is.
    private void AssignReferences()
    {
        var counts = _components.Prepend(Image)
            .Where(component => component.PackageUrl is not null)
            .CountBy(component => component.PackageUrl!, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var component in _components.Prepend(Image))
        {
            number++;
            component.Reference =
                component.GivenReference is { Length: > 0 } given && used.Add(given) ? given
                : component.PackageUrl is { Length: > 0 } url && counts[url] == 1 && used.Add(url) ? url
                : string.Create(CultureInfo.InvariantCulture, $"component-{number}");
        }
    }

    private static string IdOf(ReportedPackage package) => string.IsNullOrEmpty(package.Id) ? $"{package.Name}@{package.Version}" : package.Id;
}
