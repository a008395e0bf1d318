using System.Text;
using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>An SBOM is only kept where a scan of it finds what a scan of the image does.</summary>
public sealed class ReadBackTests
{
    [Theory]
    [InlineData("a", "pkg:deb/debian/a@1")]
    [InlineData("a", "pkg:npm/a@1")]
    [InlineData("./local", null)]
    [InlineData("", null)]
    public void FindObstacle_PackageThatTrivyReadsOrKnowsNothingOf_IsNone(string name, string? url) =>
        ReadBack.FindObstacle(Report(name, url), log: "").ShouldBeNull();

    [Theory]
    [InlineData("a", "pkg:bottlerocket/a@1", "pkg:bottlerocket/a@1")]
    [InlineData("a", "nonsense", "nonsense")]
    [InlineData("a", null, "'a' has no package URL")]
    public void FindObstacle_PackageThatTrivyWouldPassOver_NamesIt(string name, string? url, string text) =>
        ReadBack.FindObstacle(Report(name, url), log: "").ShouldNotBeNull().ShouldContain(text);

    [Theory]
    [InlineData("apk")]
    [InlineData("deb")]
    [InlineData("rpm")]
    [InlineData("bitnami")]
    [InlineData("cargo")]
    [InlineData("cocoapods")]
    [InlineData("composer")]
    [InlineData("conan")]
    [InlineData("conda")]
    [InlineData("gem")]
    [InlineData("golang")]
    [InlineData("hex")]
    [InlineData("k8s")]
    [InlineData("maven")]
    [InlineData("npm")]
    [InlineData("nuget")]
    [InlineData("pub")]
    [InlineData("pypi")]
    [InlineData("swift")]
    public void FindObstacle_TypeThatTrivyReadsFromAnSbom_IsNone(string type) =>
        ReadBack.FindObstacle(Report("a", $"pkg:{type}/b/a@1"), log: "").ShouldBeNull();

    [Theory]
    [InlineData("julia")]
    [InlineData("generic")]
    [InlineData("DEB")]
    [InlineData("oci")]
    public void FindObstacle_TypeThatTrivyPassesOver_IsOne(string type) => ReadBack.FindObstacle(Report("a", $"pkg:{type}/b/a@1"), log: "").ShouldNotBeNull();

    private const string SameRelease = "2026-11-28T09:26:28Z\tINFO\t[alpine] Detecting vulnerabilities...\tos_version=\"3.21\" repository=\"3.21\" pkg_num=14";
    private const string OtherRelease = "2026-11-28T09:26:28Z\tINFO\t[alpine] Detecting vulnerabilities...\tos_version=\"3.21\" repository=\"edge\" pkg_num=14";

    [Theory]
    [InlineData("""{"Family":"redhat","Name":"9.4"}""", "", "repositories of Red Hat's packages")]
    [InlineData("""{"Family":"ubuntu","Name":"20.04","extended":true}""", "", "extended maintenance")]
    [InlineData("""{"Family":"ubuntu","Name":"22.04","Supplier":"rapidfort"}""", "", "rebuilt")]
    [InlineData("""{"Family":"alpine","Name":"3.21.0","Supplier":"rapidfort"}""", SameRelease, "rebuilt")]
    [InlineData("""{"Family":"alpine","Name":"3.21.0"}""", OtherRelease, "repository")]
    [InlineData("""{"Family":"alpine","Name":"3.21.0"}""", "", "repository")]
    public void FindObstacle_SystemWhoseAdvisoriesDependOnMoreThanTheSbomSays_IsOne(string system, string words, string text) =>
        ReadBack.FindObstacle(System(system), words).ShouldNotBeNull().ShouldContain(text);

    [Theory]
    [InlineData("""{"Family":"alpine","Name":"3.21.0"}""", SameRelease)]
    [InlineData("""{"Family":"ubuntu","Name":"20.04","extended":false,"Supplier":""}""", OtherRelease)]
    [InlineData("""{"Family":"centos","Name":"7"}""", "")]
    [InlineData("""{"Family":"wolfi","Name":"20230201"}""", OtherRelease)]
    [InlineData("""{"Family":"chainguard","Name":"20230201"}""", "")]
    [InlineData("""{"Family":"amazon","Name":"2023.6 (Amazon Linux)"}""", "")]
    [InlineData("""{"Family":"oracle","Name":"9.4"}""", "")]
    [InlineData("""{"Family":"photon","Name":"5.0"}""", "")]
    [InlineData("null", "")]
    public void FindObstacle_SystemThatTheSbomNamesInFull_IsNone(string system, string words) => ReadBack.FindObstacle(System(system), words).ShouldBeNull();

    [Theory]
    [InlineData("third-party", true)]
    [InlineData("something-new", true)]
    [InlineData("official", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void FindObstacle_PackageOfAThirdParty_IsOneSinceTheSystemsAdvisoriesAreNotAboutIt(string? kind, bool expected)
    {
        var repository = kind is null ? "{}" : $$"""{"Class":"{{kind}}"}""";
        var report = PackageReport.Read(Encoding.UTF8.GetBytes(
            $$$"""
            {"SchemaVersion":2,"Results":[{"Class":"os-pkgs","Packages":[
             {"Name":"bash","Identifier":{"PURL":"pkg:deb/debian/bash@1"}},
             {"Name":"docker-ce","Identifier":{"PURL":"pkg:deb/debian/docker-ce@1"},"Repository":{{{repository}}}}]}]}
            """));

        (ReadBack.FindObstacle(report, log: "") is { } obstacle && obstacle.Contains("'docker-ce'", StringComparison.Ordinal)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("secret", "x", false)]
    [InlineData("config", "x", false)]
    [InlineData("os-pkgs", "x", true)]
    [InlineData("lang-pkgs", "x", true)]
    [InlineData("custom", "jar", true)]
    public void FindObstacle_OnlyResultsWithPackages_Count(string kind, string type, bool expected)
    {
        var report = new PackageReport { Results = [new PackageResult { Class = kind, Type = type, Packages = [new ReportedPackage { Name = "a" }] }] };

        (ReadBack.FindObstacle(report, log: "") is not null).ShouldBe(expected);
    }

    private static PackageReport Report(string name, string? url) => new()
    {
        Results =
        [
            new PackageResult
            {
                Class = "os-pkgs",
                Type = "x",
                Packages = [new ReportedPackage { Name = name, Identifier = new ReportedIdentifier { PackageUrl = url } }],
            },
        ],
    };

    private static PackageReport System(string system) =>
        PackageReport.Read(Encoding.UTF8.GetBytes($$$"""{"SchemaVersion":2,"Metadata":{"OS":{{{system}}}}}"""));
}
