using CsCheck;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;

namespace RegistryOperator.Sboms.Tests.Dependencies;

public sealed class DependencyAnalysisTests
{
    [Theory]
    [InlineData("", "", 0, 0, 3, 0, "without a graph nothing is known")]
    [InlineData(">a a>b b>c", "a", 1, 2, 0, 3, "what the application needs is direct, what that needs is not")]
    [InlineData(">a >b a>b b>c", "a b", 2, 1, 0, 2, "what the application needs is direct even where a package needs it too")]
    [InlineData("a>b b>c", "a", 1, 2, 0, 3, "without a root, what nothing depends on is the top level")]
    [InlineData("a>b", "a c", 2, 1, 0, 2, "so is what has no dependencies at all, where others of its type have")]
    [InlineData(">a a>b", "a c", 2, 1, 0, 2, "the same beside a root")]
    [InlineData("a>b b>a b>c", "a b", 2, 1, 0, 2, "a circle on which nothing depends is direct as a whole")]
    [InlineData(">a a>b b>a b>c", "a", 1, 2, 0, 3, "unless the application is said to need one of it")]
    [InlineData("c>a a>b b>a", "c", 1, 2, 0, 3, "a circle that is needed is not")]
    [InlineData("a>b a>c b>c", "a", 1, 2, 0, 2, "the depth is that of the shortest way")]
    [InlineData("a>a", "", 0, 0, 3, 0, "what depends on itself says nothing")]
    [InlineData("a>x x>b >x", "", 0, 0, 3, 0, "nor do dependencies of what is no package")]
    public void Analyze_Dependencies_TellsDirectFromTransitive(
        string dependencies, string topLevel, int direct, int transitive, int unknown, int depth, string because)
    {
        var sbom = Sample.Of(Sample.Packages("npm", "a", "b", "c"), Words(dependencies));

        var report = DependencyAnalysis.Analyze(sbom);

        report.Total.ShouldBe(3, because);
        (report.Direct, report.Transitive, report.Unknown, report.MaxDepth).ShouldBe((direct, transitive, unknown, depth), because);
        report.TopLevelPackages.ShouldBe(Words(topLevel), because);
    }

    [Fact]
    public void Analyze_GraphOfOneEcosystemOnly_LeavesTheOthersUnknown()
    {
        var sbom = Sample.Of([.. Sample.Packages("deb", "libc6", "bash", "tar"), .. Sample.Packages("npm", "left-pad", "express")], "bash>libc6");

        var report = DependencyAnalysis.Analyze(sbom);

        (report.Direct, report.Transitive, report.Unknown).ShouldBe((2, 1, 2));
        report.TopLevelPackages.ShouldBe(["bash", "tar"]);
    }

    [Fact]
    public void Analyze_DependencyBetweenEcosystems_SaysSomethingOfBoth()
    {
        var sbom = Sample.Of([.. Sample.Packages("deb", "libssl"), .. Sample.Packages("pypi", "cryptography")], "cryptography>libssl");

        DependencyAnalysis.Analyze(sbom).TopLevelPackages.ShouldBe(["cryptography"]);
    }

    [Fact]
    public void Analyze_PackagesNeededByOthers_ListsThoseNeededByMostFirst()
    {
        var sbom = Sample.Of(Sample.Packages("npm", "a", "b", "c", "d"), "a>d", "b>d", "c>d", "a>c", "b>c", "d>b", "d>b");

        var report = DependencyAnalysis.Analyze(sbom, mostDependedUpon: 2);

        report.MostDependedUpon.ShouldBe([new("d", "1", "npm", 3), new("c", "1", "npm", 2)]);
    }

    [Fact]
    public void Analyze_SeveralVersionsOfAName_ListsThemByType()
    {
        var sbom = Sample.Of(
        [
            Sample.Package("lodash", "4.17.21", id: "1"),
            Sample.Package("lodash", "3.10.1", id: "2"),
            Sample.Package("lodash", "4.17.21", id: "3"),
            Sample.Package("lodash", "1", type: "gem", id: "4"),
            Sample.Package("once", "1", id: "5"),
            Sample.Package("once", "1", id: "6"),
        ]);

        var duplicate = DependencyAnalysis.Analyze(sbom).DuplicatePackages.ShouldHaveSingleItem();

        (duplicate.Name, duplicate.Type).ShouldBe(("lodash", "npm"));
        duplicate.Versions.ShouldBe(["3.10.1", "4.17.21"]);
    }

    [Theory]
    [InlineData("MIT", "MIT=1")]
    [InlineData("", "none=1")]
    [InlineData("MIT|Apache-2.0|MIT", "Apache-2.0=1 MIT=1")]
    [InlineData("MIT AND Apache-2.0 AND MIT", "Apache-2.0=1 MIT=1")]
    [InlineData("MIT OR Apache-2.0", "MIT OR Apache-2.0=1")]
    [InlineData("MIT AND (BSD-3-Clause OR GPL-2.0-only AND Zlib)", "(BSD-3-Clause OR GPL-2.0-only AND Zlib)=1 MIT=1")]
    [InlineData("MIT AND Zlib OR Apache-2.0", "MIT AND Zlib OR Apache-2.0=1")]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0=1")]
    public void Analyze_Licenses_CountsEachThatHolds(string licenses, string counts)
    {
        var sbom = Sample.Of([Sample.Package("a", licenses: licenses.Split('|', StringSplitOptions.RemoveEmptyEntries))]);

        string.Join(' ', DependencyAnalysis.Analyze(sbom).Licenses.Select(license => $"{license.Key}={license.Value}")).ShouldBe(counts);
    }

    [Fact]
    public void Analyze_NoPackages_IsAllZero()
    {
        var report = DependencyAnalysis.Analyze(Sample.Of([]));

        (report.Total, report.Direct, report.Transitive, report.Unknown, report.MaxDepth).ShouldBe((0, 0, 0, 0, 0));
        report.Types.ShouldBeEmpty();
    }

    [Fact]
    public void Analyze_VeryLongChain_GoesToItsEnd()
    {
        const int Length = 100_000;
        var sbom = new Sbom
        {
            Format = SbomFormat.SpdxJson,
            Packages = Enumerable.Range(0, Length).Select(number => Sample.Package($"p{number:D6}")).ToArray(),
            Dependencies = Enumerable.Range(1, Length - 1).Select(number => new SbomDependency($"p{number - 1:D6}", $"p{number:D6}")).ToArray(),
        };

        var report = DependencyAnalysis.Analyze(sbom);

        (report.Direct, report.Transitive, report.MaxDepth).ShouldBe((1, Length - 1, Length));
    }

    [Fact]
    public void Analyze_SamePackagesAndDependenciesInAnyOrder_GivesTheSame()
    {
        var package = Gen.Select(
            Gen.OneOf("a", "b", "c"), Gen.OneOf("1", "2"), Gen.OneOf("npm", "deb"), Gen.OneOf("MIT", "Zlib", "MIT AND Zlib").Array[0, 2]);
        Gen.Select(package.Array[0, 8], Gen.Select(Gen.Int[-1, 8], Gen.Int[0, 8]).Array[0, 12], Gen.Int).Sample(
            (packages, dependencies, seed) =>
            {
                var sbom = new Sbom
                {
                    Format = SbomFormat.SyftJson,
                    Packages = packages
                        .Select((parts, number) => Sample.Package(parts.Item1, parts.Item2, parts.Item3, id: $"{number}", licenses: parts.Item4))
                        .ToArray(),
                    Dependencies = dependencies
                        .Select(pair => new SbomDependency(pair.Item1 < 0 ? SbomDependency.Root : $"{pair.Item1}", $"{pair.Item2}"))
                        .ToArray(),
                };
                var random = new Random(seed);
                var other = sbom with { Packages = Shuffled(sbom.Packages, random), Dependencies = Shuffled(sbom.Dependencies, random) };

                var report = DependencyAnalysis.Analyze(sbom);

                DependencyAnalysis.Analyze(other).ShouldBeEquivalentTo(report);
                report.Total.ShouldBe(report.Direct + report.Transitive + report.Unknown);
                report.Types.Values.Sum().ShouldBe(report.Total);
                report.TopLevelPackages.Count.ShouldBeLessThanOrEqualTo(report.Direct);
                (report.MaxDepth == 0).ShouldBe(report.Direct == 0);
            },
            iter: 300);
    }

    private static T[] Shuffled<T>(IReadOnlyList<T> items, Random random)
    {
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
