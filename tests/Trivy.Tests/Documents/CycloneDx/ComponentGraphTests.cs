using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>Whose packages are, where a report leaves it open.</summary>
public sealed class ComponentGraphTests
{
    [Fact]
    public void Create_PackagesNeededByOthers_AreNotTheFilesOwn()
    {
        var graph = Create("lang-pkgs", Package("a", ["b@1"]), Package("b"));

        Needs(Find(graph, "package-lock.json")).ShouldBe(["a"]);
        Needs(Find(graph, "a")).ShouldBe(["b"]);
        Needs(Find(graph, "b")).ShouldBeEmpty();
    }

    [Fact]
    public void Create_DirectPackages_AreTheFilesOwnUnlessItHasARoot()
    {
        var direct = Package("b") with { Relationship = "direct" };

        var without = Create("lang-pkgs", Package("a", ["b@1"]), direct);
        var with = Create("lang-pkgs", Package("a", ["b@1"]) with { Relationship = "root" }, direct);

        Needs(Find(without, "package-lock.json")).ShouldBe(["a", "b"]);
        Needs(Find(with, "package-lock.json")).ShouldBe(["a"]);
    }

    [Fact]
    public void Create_PackagesThatOnlyNeedEachOther_AreTheFilesOwn()
    {
        var graph = Create("lang-pkgs", Package("a", ["b@1"]), Package("b", ["a@1"]), Package("c"));

        Needs(Find(graph, "package-lock.json")).ShouldBe(["c", "a"]);
    }

    [Fact]
    public void Create_DependencyThatIsNotThere_LeavesOpenWhatThePackageNeeds()
    {
        var graph = Create("os-pkgs", Package("a", ["gone@1"]));

        Find(graph, "a").Dependencies.ShouldBeNull();
    }

    [Fact]
    public void Create_SamePackageUrlTwice_HasAReferenceForEach()
    {
        var graph = Create("lang-pkgs", Package("a") with { FilePath = "x" }, Package("a") with { FilePath = "y" }, Package("b"));

        graph.Components.Select(component => component.Reference).ShouldBe(["component-2", "component-3", "component-4", "pkg:npm/b@1"]);
    }

    [Fact]
    public void Create_NothingFound_SaysThatTheImageNeedsNothing()
    {
        var graph = ComponentGraph.Create(new PackageReport { ArtifactName = "image" });

        graph.Components.ShouldBeEmpty();
        graph.Image.Dependencies.ShouldNotBeNull().ShouldBeEmpty();
    }

    private static ComponentGraph Create(string kind, params ReportedPackage[] packages) => ComponentGraph.Create(new PackageReport
    {
        ArtifactName = "image",
        Results = [new PackageResult { Target = "package-lock.json", Class = kind, Type = "npm", Packages = packages }],
    });

    private static ReportedPackage Package(string name, string[]? needs = null) =>
        new() { Id = $"{name}@1", Name = name, Version = "1", Identifier = new ReportedIdentifier { PackageUrl = $"pkg:npm/{name}@1" }, DependsOn = needs };

    private static Component Find(ComponentGraph graph, string name) => graph.Components.Single(component => component.Name == name);

    private static IEnumerable<string> Needs(Component component) => component.Dependencies.ShouldNotBeNull().Select(needed => needed.Name);
}
