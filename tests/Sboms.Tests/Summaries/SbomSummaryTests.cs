using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Sboms.Summaries;
using RegistryOperator.Sboms.Vulnerabilities;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Sboms.Tests.Summaries;

public sealed class SbomSummaryTests
{
    [Fact]
    public void Top_PackagesWithAndWithoutVulnerabilities_HasCriticalFirstThenMostThenByName()
    {
        var sbom = Sample.Of(Sample.Packages("npm", "e", "d", "c", "b", "a"));
        var match = VulnerabilityMatcher.Match(
            sbom,
            [Of("CVE-1", "e", Severity.Critical), Of("CVE-2", "c", Severity.High), Of("CVE-3", "c", Severity.Low), Of("CVE-4", "d", Severity.High)]);

        PackageRanking.Top(sbom, match, 4).Select(package => (package.Name, package.VulnerabilityCount, package.IsCritical))
            .ShouldBe([("e", 1, true), ("c", 2, false), ("d", 1, false), ("a", 0, false)]);
    }

    [Fact]
    public void Build_SmallSbom_HasAllOfIt()
    {
        var sbom = Sample.Of([.. Sample.Packages("npm", "a", "b"), .. Sample.Packages("deb", "c")], ">a", "a>b");
        var match = VulnerabilityMatcher.Match(sbom, [Of("CVE-1", "b", Severity.Critical, "2"), Of("CVE-2", "x", Severity.Low)]);

        var summary = SbomSummary.Build(sbom, match);

        (summary.TotalPackages, summary.Direct, summary.Transitive, summary.Unknown, summary.Outdated).ShouldBe((3, 1, 1, 1, 1));
        summary.PackageTypes.ShouldBe(new Dictionary<string, int> { ["deb"] = 1, ["npm"] = 2 }, ignoreOrder: true);
        summary.TopLevelPackages.ShouldBe(["a"]);
        summary.Packages.Select(package => package.Name).ShouldBe(["b", "a", "c"]);
        summary.UnmatchedVulnerabilities.ShouldBe(1);
        summary.IsTruncated.ShouldBeFalse();
    }

    [Fact]
    public void Build_MoreThanTheLimits_IsCutAndSaysSo()
    {
        var packages = Enumerable.Range(0, 100).SelectMany(number => Sample.Packages($"type{number % 10}", $"p{number:D3}"));
        var sbom = Sample.Of(packages, "p000>p001", "p002>p003");
        var limits = new SbomSummaryLimits { Packages = 5, TopLevelPackages = 3, Types = 2 };

        var summary = SbomSummary.Build(sbom, VulnerabilityMatch.None, limits);

        summary.TotalPackages.ShouldBe(100);
        summary.Packages.Select(package => package.Name).ShouldBe(["p000", "p001", "p002", "p003", "p004"]);
        summary.TopLevelPackages.ShouldBe(["p000", "p002", "p010"]);
        summary.PackageTypes.ShouldBe(new Dictionary<string, int> { ["type0"] = 10, ["type1"] = 10, [SbomSummary.OtherTypes] = 80 }, ignoreOrder: true);
        summary.IsTruncated.ShouldBeTrue();
    }

    [Fact]
    public void Build_RealImage_AgreesWithItsPackages()
    {
        var sbom = SbomReader.Read(SbomMediaTypes.SyftJson, TestDocuments.Read("syft/shop-api-1.4.0.syft.json"));

        var summary = SbomSummary.Build(sbom, VulnerabilityMatch.None);

        (summary.TotalPackages, summary.Direct + summary.Transitive, summary.Unknown)
            .ShouldBe((13, 8, 5), "Debian's packages name what they need, the modules of an application without a lock file do not");
        summary.Packages.Count.ShouldBe(13);
        summary.PackageTypes.ShouldBe(new Dictionary<string, int> { ["deb"] = 8, ["npm"] = 5 }, ignoreOrder: true);
    }

    private static Vulnerability Of(string id, string package, Severity severity, string? fixedVersion = null) => new()
    {
        Id = id,
        Severity = severity,
        Package = package,
        InstalledVersion = "1",
        PackageType = "npm",
        FixedVersion = fixedVersion,
    };
}
