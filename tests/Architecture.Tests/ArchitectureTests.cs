using System.Xml.Linq;

namespace RegistryOperator.Architecture.Tests;

/// <summary>The rules of <c>docs/architecture.md</c> that a compiler does not hold.</summary>
public class ArchitectureTests
{
    private const int LongestLine = 160;

    private static readonly SourceTree Product = SourceTree.Of("src", "plugins");

    [Theory]
    [InlineData("src/Host")]
    [InlineData("src/Kubernetes")]
    [InlineData("src/Oci")]
    [InlineData("src/Reports")]
    [InlineData("src/Reports.Sqlite")]
    [InlineData("src/Sboms")]
    [InlineData("src/Sigstore")]
    [InlineData("src/Testing")]
    [InlineData("plugins/Drift")]
    [InlineData("plugins/OciLayout")]
    [InlineData("plugins/Provenance")]
    [InlineData("plugins/RegistryAuth")]
    [InlineData("plugins/Syft")]
    [InlineData("plugins/Trivy")]
    public void Folders_OfAProject_KnowEachOtherInOneDirection(string project) => FolderGraph.Of(Product, project).Circles().ShouldBeEmpty();

    // A published type keeps its namespace: these circles remain, and no other is added.
    [Fact]
    public void Folders_OfTheContract_HaveOnlyTheCirclesOfPublishedTypes() =>
        FolderGraph.Of(Product, "src/Abstractions").Circles().Select(arrow => arrow.Split(':')[0]).ShouldBe(
        [
            "Authentication -> Registries",
            "Provenance -> Scanning",
            "Registries -> Authentication",
            "Scanning -> Provenance",
            "Scanning -> Vulnerabilities",
            "Vulnerabilities -> Scanning",
        ]);

    [Theory]
    [InlineData("string Why(RegistryOperator.Host.Rounds.ResourceRound round) => nameof(round);", "ResourceRound")]
    [InlineData("string Why(ResourceRound round) => nameof(round);", "ResourceRound")]
    [InlineData("object Why() => Rounds.ImageRecords.NameOf(default);", "ImageRecords")]
    [InlineData("object Why() => global::RegistryOperator.Host.Rounds.ImageRecords.NameOf(default);", "ImageRecords")]
    public void Folders_ArrowAgainstTheWay_IsNoticed(string member, string name)
    {
        var planted = Product.With("src/Host/Settings/Planted.cs", $"namespace X; class Planted {{ static {member} }}");

        FolderGraph.Of(planted, "src/Host").Circles().ShouldContain($"Settings -> Rounds: {name}");
    }

    [Fact]
    public void Host_OutsideKinds_NamesNoKindOfScanner() => KindNames.Find(Product).ShouldBeEmpty();

    [Fact]
    public void Host_SectionOfAStatusNamedByARound_IsNoticed() =>
        KindNames.Find(Product.With("src/Host/Rounds/Planted.cs", "class Planted { object Run(S status) => status with { Sbom = null }; }"))
            .ShouldBe(["src/Host/Rounds/Planted.cs: Sbom"]);

    [Theory]
    [InlineData("if (kind == ScannerKind.Sbom) return;", "ScannerKind.Sbom")]
    [InlineData("if (kind == RegistryOperator.Abstractions.Scanning.ScannerKind.Drift) return;", "ScannerKind.Drift")]
    [InlineData("var enabled = spec.VulnerabilityScanning is not null;", "VulnerabilityScanning")]
    [InlineData("var kind = new SbomKind();", "SbomKind")]
    [InlineData("var kind = new ScannerKind(\"drift\");", "\"drift\"")]
    [InlineData("if (kind.Name == \"vulnerability\") return;", "\"vulnerability\"")]
    [InlineData("var kind = ScannerKind.Custom; // of every ScannerKind.Sbom", null)]
    public void Host_KindNamedOutsideKinds_IsNoticed(string statement, string? name)
    {
        const string Path = "src/Host/Scans/Planted.cs";

        var found = KindNames.Find(Product.With(Path, $"class Planted {{ void Run() {{ {statement} }} }}"))
            .Where(sentence => sentence.StartsWith(Path, StringComparison.Ordinal));

        found.ShouldBe(name is null ? [] : [$"{Path}: {name}"]);
    }

    [Fact]
    public void Plugins_KnowTheContractAndLibrariesAlone()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "plugins"), "*.csproj", SearchOption.AllDirectories).ToArray();

        projects.ShouldNotBeEmpty();
        projects
            .SelectMany(project => XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => $"{Path.GetFileName(project)}: {reference.Attribute("Include")!.Value}"))
            // The library knows nothing of ours, and goes with the plugin.
            .ShouldBe(
                ["RegistryOperator.Plugins.Provenance.csproj: ../../src/Sigstore/RegistryOperator.Sigstore.csproj"],
                "The contract comes from eng/Plugin.props.");
        string[] others = ["Host", "Oci", "Sboms", "Kubernetes", "Reports", "Testing"];
        Product.Files.Where(file => file.Path.StartsWith("plugins/", StringComparison.Ordinal))
            .SelectMany(file => Names.PairsIn(file)
                .Where(pair => pair.Left == "RegistryOperator" && others.Contains(pair.Right))
                .Select(pair => $"{file.Path}: {pair.Right}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Sigstore_KnowsNothingOfOurs()
    {
        XDocument.Load(Path.Combine(SourceTree.Root, "src/Sigstore/RegistryOperator.Sigstore.csproj")).Descendants("ProjectReference").ShouldBeEmpty();
        Product.Files.Where(file => file.Path.StartsWith("src/Sigstore/", StringComparison.Ordinal))
            .SelectMany(file => Names.PairsIn(file)
                .Where(pair => pair.Left == "RegistryOperator" && pair.Right is not ("Sigstore" or "Shared"))
                .Select(pair => $"{file.Path}: {pair.Right}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Lines_AreNotLongerThanAScreen() => SourceTree.Of("src", "plugins", "samples", "tests").Files
        .SelectMany(file => file.Text.Split('\n').Select((line, index) => (file.Path, Number: index + 1, line.TrimEnd('\r').Length)))
        .Where(line => line.Length > LongestLine)
        .Select(line => $"{line.Path}:{line.Number} has {line.Length} characters")
        .ShouldBeEmpty();
}
