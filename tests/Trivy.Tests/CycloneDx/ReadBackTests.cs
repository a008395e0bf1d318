using RegistryOperator.Plugins.Trivy.Reports.CycloneDx;

namespace RegistryOperator.Trivy.Tests.CycloneDx;

/// <summary>An SBOM is only kept where a scan of it finds what a scan of the image does.</summary>
public sealed class ReadBackTests
{
    [Theory]
    [InlineData("a", "pkg:deb/debian/a@1")]
    [InlineData("a", "pkg:npm/a@1")]
    [InlineData("./local", null)]
    [InlineData("", null)]
    public void FindObstacle_PackageThatTrivyReadsOrKnowsNothingOf_IsNone(string name, string? url) => ReadBack.FindObstacle(Report(name, url)).ShouldBeNull();

    [Theory]
    [InlineData("a", "pkg:bottlerocket/a@1", "pkg:bottlerocket/a@1")]
    [InlineData("a", "nonsense", "nonsense")]
    [InlineData("a", null, "'a' has no package URL")]
    public void FindObstacle_PackageThatTrivyWouldPassOver_NamesIt(string name, string? url, string text) =>
        ReadBack.FindObstacle(Report(name, url)).ShouldNotBeNull().ShouldContain(text);

    [Fact]
    public void FindObstacle_SystemWhoseAdvisoriesDependOnMoreThanTheSbomSays_IsOne()
    {
        ReadBack.FindObstacle(Report(new ImageOperatingSystem { Family = "redhat", Name = "9.4" })).ShouldNotBeNull().ShouldContain("repositories");
        ReadBack.FindObstacle(Report(new ImageOperatingSystem { Family = "ubuntu", Name = "20.04", IsExtended = true })).ShouldNotBeNull().ShouldContain("extended");
        ReadBack.FindObstacle(Report(new ImageOperatingSystem { Family = "ubuntu", Name = "20.04" })).ShouldBeNull();
    }

    [Fact]
    public void Read_ExtendedMaintenance_IsSeen() =>
        PackageReport.Read("""{"Metadata":{"OS":{"Family":"ubuntu","Name":"20.04","extended":true}}}"""u8).Metadata!.OperatingSystem!.IsExtended.ShouldBeTrue();

    private static PackageReport Report(string name, string? url) => new()
    {
        Results = [new PackageResult { Class = "os-pkgs", Type = "x", Packages = [new ReportedPackage { Name = name, Identifier = new ReportedIdentifier { PackageUrl = url } }] }],
    };

    private static PackageReport Report(ImageOperatingSystem system) => new() { Metadata = new ImageMetadata { OperatingSystem = system } };
}
