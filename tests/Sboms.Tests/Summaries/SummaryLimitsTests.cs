using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Sboms.Summaries;
using RegistryOperator.Sboms.Vulnerabilities;

namespace RegistryOperator.Sboms.Tests.Summaries;

/// <summary>A summary is bounded, says what was cut, and is the same whatever the order.</summary>
public sealed class SummaryLimitsTests
{
    private static readonly SbomSummaryLimits Limits = new() { Packages = 4, TopLevelPackages = 2, Types = 2 };

    [Theory]
    [InlineData("npm:a deb:b", "", false, "all is within the limits")]
    [InlineData("npm:a npm:b npm:c npm:d", "a>b a>c c>d", false, "as many packages as allowed")]
    [InlineData("npm:a npm:b npm:c npm:d npm:e", "a>b a>c c>d d>e", true, "a package too many")]
    [InlineData("npm:a npm:b", "a>x", false, "as many names as allowed")]
    [InlineData("npm:a npm:b npm:c", ">a >b >c", true, "a name too many")]
    [InlineData("npm:a deb:b gem:c", "", true, "a type too many")]
    public void Build_EachLimitByItself_IsSaid(string packages, string dependencies, bool expected, string because)
    {
        var sbom = Sample.Of(
            packages.Split(' ').Select(package => Sample.Package(package.Split(':')[1], type: package.Split(':')[0])),
            dependencies.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        SbomSummary.Build(sbom, VulnerabilityMatch.None, Limits).IsTruncated.ShouldBe(expected, because);
    }

    [Fact]
    public void Build_NoLimitsGiven_AreTwentyOfEach()
    {
        var sbom = Sample.Of(
            Enumerable.Range(0, 50).Select(number => Sample.Package($"p{number:D2}", type: $"t{number:D2}")),
            [.. Enumerable.Range(0, 50).Select(number => $">p{number:D2}")]);

        var summary = SbomSummary.Build(sbom, VulnerabilityMatch.None);

        (summary.Packages.Count, summary.TopLevelPackages.Count, summary.PackageTypes.Count).ShouldBe((20, 20, 21));
        summary.PackageTypes[SbomSummary.OtherTypes].ShouldBe(30);
    }

    [Fact]
    public void Build_Document_TellsFormatAndTime()
    {
        var created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var summary = SbomSummary.Build(Sample.Of([]) with { Format = SbomFormat.SpdxJson, Created = created }, VulnerabilityMatch.None);

        (summary.Format, summary.Created, summary.MaxDepth, summary.TotalPackages).ShouldBe((SbomFormat.SpdxJson, created, 0, 0));
        SbomSummary.Build(Sample.Of(Sample.Packages("npm", "a", "b", "c"), ">a", "a>b", "b>c"), VulnerabilityMatch.None).MaxDepth.ShouldBe(3);
    }

    [Theory]
    [InlineData("b:2 a:2 c:1", "a=2 b=2 other=1")]
    [InlineData("a:1 b:2 c:3", "b=2 c=3 other=1")]
    [InlineData("other:1 b:2 c:3", "b=2 c=3 other=1")]
    [InlineData("other:4 b:2 c:3", "c=3 other=6")]
    [InlineData("a:1 b:2", "a=1 b=2")]
    public void Build_Types_KeepsTheMostFrequentAndAddsUpTheRest(string types, string expected)
    {
        var packages = types.Split(' ').SelectMany(type => Enumerable.Range(0, int.Parse(type.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture))
            .Select(number => Sample.Package($"{type}{number}", type: type.Split(':')[0])));

        var summary = SbomSummary.Build(Sample.Of(packages), VulnerabilityMatch.None, Limits);

        string.Join(' ', summary.PackageTypes.Select(type => $"{type.Key}={type.Value}")).ShouldBe(expected);
    }

    [Fact]
    public void Top_PackagesOfOneRank_AreByNameVersionTypeAndIdentifier()
    {
        var sbom = Sample.Of(
        [
            Sample.Package("b", "1", "npm", id: "6"), Sample.Package("a", "2", "deb", id: "5"), Sample.Package("a", "1", "npm", id: "4"),
            Sample.Package("a", "1", "npm", id: "3"), Sample.Package("a", "1", "deb", id: "9"), Sample.Package("B", "1", "npm", id: "1"),
        ]);

        PackageRanking.Top(sbom, VulnerabilityMatch.None, 10).Select(package => $"{package.Name} {package.Version} {package.Type}")
            .ShouldBe(["B 1 npm", "a 1 deb", "a 1 npm", "a 1 npm", "a 2 deb", "b 1 npm"]);
    }

    [Fact]
    public void Top_PackageWithVulnerabilities_TellsAllOfIt()
    {
        var sbom = Sample.Of([Sample.Package("a", "1.0", "npm")]);
        var vulnerability = new Vulnerability
        {
            Id = "CVE-1",
            Severity = Severity.Critical,
            Package = "a",
            InstalledVersion = "1.0",
            PackageType = "npm",
            FixedVersion = "2",
        };

        var match = VulnerabilityMatcher.Match(sbom, [vulnerability]);

        PackageRanking.Top(sbom, match, 1).ShouldBe([new RankedPackage("a", "1.0", "npm", 1, IsCritical: true, IsOutdated: true)]);
        PackageRanking.Top(sbom, match, 0).ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => PackageRanking.Top(sbom, match, -1));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("2", true)]
    public void Match_FixedVersion_IsOneThatIsNamed(string? fixedVersion, bool expected)
    {
        var sbom = Sample.Of([Sample.Package("a")]);

        var match = VulnerabilityMatcher.Match(
            sbom, [new Vulnerability { Id = "CVE-1", Severity = Severity.High, Package = "a", InstalledVersion = "1", FixedVersion = fixedVersion }]);

        match.Packages.Single().IsOutdated.ShouldBe(expected);
        match.Packages.Single().IsCritical.ShouldBeFalse();
    }

    [Fact]
    public void Analyze_MostDependedUpon_AreTenByNameWhereEquallyMany()
    {
        var names = Enumerable.Range(0, 12).Select(number => $"p{number:D2}").ToArray();
        var sbom = Sample.Of(Sample.Packages("npm", [.. names, "top"]), [.. names.Reverse().Select(name => $"top>{name}")]);

        DependencyAnalysis.Analyze(sbom).MostDependedUpon.Select(package => package.Name).ShouldBe(names.Take(10));
        DependencyAnalysis.Analyze(sbom, 0).MostDependedUpon.ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => DependencyAnalysis.Analyze(sbom, -1));
    }

    [Theory]
    [InlineData("(MIT AND Zlib) AND ISC", "(MIT AND Zlib)=1 ISC=1")]
    [InlineData("((MIT OR Zlib)) AND ISC", "((MIT OR Zlib))=1 ISC=1")]
    [InlineData("(MIT OR Zlib)", "(MIT OR Zlib)=1")]
    [InlineData("MIT AND ", "MIT=1")]
    [InlineData("MIT and Zlib", "MIT and Zlib=1")]
    [InlineData("MITAND Zlib", "MITAND Zlib=1")]
    [InlineData("A AND B AND C AND D", "A=1 B=1 C=1 D=1")]
    public void Analyze_LicenceExpression_IsPartedByAndAtTheTop(string license, string counts) =>
        string.Join(' ', DependencyAnalysis.Analyze(Sample.Of([Sample.Package("a", licenses: license)])).Licenses.Select(count => $"{count.Key}={count.Value}"))
            .ShouldBe(counts);
}
