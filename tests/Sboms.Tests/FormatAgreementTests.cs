using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;

namespace RegistryOperator.Sboms.Tests;

/// <summary>The same image, written in several formats and by several tools, is the same to us, but for what is named here.</summary>
public sealed class FormatAgreementTests
{
    private const string Syft = "syft/{0}.syft-json.json";
    private const string SyftSpdx = "syft/{0}.spdx-json.json";
    private const string SyftCycloneDx = "syft/{0}.cyclonedx-json.json";

    [Theory]
    [InlineData("app-1.0.0", "")]
    [InlineData("debian12", ".gz")]
    public void Read_SyftsThreeFormats_AgreeInPackagesAndDependencies(string image, string ending)
    {
        var syft = Read(SbomMediaTypes.SyftJson, Syft, image, ending);
        var spdx = Read(SbomMediaTypes.SpdxJson, SyftSpdx, image, ending);
        var cycloneDx = Read(SbomMediaTypes.CycloneDxJson, SyftCycloneDx, image, ending);

        Packages(spdx).ShouldBe(Packages(syft));
        Packages(cycloneDx).ShouldBe(Packages(syft));
        Dependencies(spdx).ShouldBe(Dependencies(syft));
        Dependencies(cycloneDx).ShouldBe(Dependencies(syft));
    }

    [Theory]
    [InlineData("app-1.0.0", "")]
    [InlineData("debian12", ".gz")]
    public void Read_SyftJsonAndCycloneDx_AgreeInLicencesAndLocationsWhichSpdxWritesInItsOwnWay(string image, string ending)
    {
        var syft = Read(SbomMediaTypes.SyftJson, Syft, image, ending);
        var cycloneDx = Read(SbomMediaTypes.CycloneDxJson, SyftCycloneDx, image, ending);

        Sets(cycloneDx, package => package.Licenses).ShouldBe(Sets(syft, package => package.Licenses));
        Sets(cycloneDx, package => package.Locations).ShouldBe(Sets(syft, package => package.Locations));

        // Syft's CycloneDX has the locations in the order of their numbers as texts: 0, 1, 10, 2.
        static IEnumerable<string> Sets(Sbom sbom, Func<SbomPackage, IReadOnlyList<string>> texts) =>
            sbom.Packages.Select(package => $"{package.Name}: {string.Join('|', texts(package).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("app-1.0.0.spdx-json.json", "app-1.0.0.cyclonedx.json")]
    [InlineData("debian12.spdx.json.gz", "debian12.cyclonedx.json.gz")]
    public void Read_TrivysTwoFormats_AgreeInAllButTheRootsWhichItsSpdxDoesNotHave(string spdxFile, string cycloneDxFile)
    {
        var spdx = SbomReader.Read(SbomMediaTypes.SpdxJson, SharedData.Read("trivy-reports/" + spdxFile));
        var cycloneDx = SbomReader.Read(SbomMediaTypes.CycloneDxJson, SharedData.Read("trivy-reports/" + cycloneDxFile));

        Packages(spdx).ShouldBe(Packages(cycloneDx));
        Dependencies(spdx).ShouldBe(Dependencies(cycloneDx).Where(dependency => !dependency.StartsWith('>')));
        cycloneDx.Dependencies.ShouldContain(dependency => dependency.From == SbomDependency.Root);
    }

    [Fact]
    public void Read_SyftAndTrivy_AgreeInPackagesButPutTheEpochInDifferentPlacesOfThePackageUrl()
    {
        var syft = Read(SbomMediaTypes.SyftJson, Syft, "debian12", ".gz");
        var trivy = SbomReader.Read(SbomMediaTypes.CycloneDxJson, SharedData.Read("trivy-reports/debian12.cyclonedx.json.gz"));

        Names(trivy).ShouldBe(Names(syft));

        static IEnumerable<string> Names(Sbom sbom) => sbom.Packages.Select(package => $"{package.Type} {package.Name} {package.Version}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Analyze_TrivysTwoFormats_FindTheSameTopLevelThoughSpdxHasNoRoots()
    {
        var spdx = DependencyAnalysis.Analyze(SbomReader.Read(SbomMediaTypes.SpdxJson, SharedData.Read("trivy-reports/debian12.spdx.json.gz")));
        var cycloneDx = DependencyAnalysis.Analyze(SbomReader.Read(SbomMediaTypes.CycloneDxJson, SharedData.Read("trivy-reports/debian12.cyclonedx.json.gz")));

        spdx.TopLevelPackages.ShouldBe(cycloneDx.TopLevelPackages);
        (spdx.Direct, spdx.Transitive, spdx.Unknown, spdx.MaxDepth).ShouldBe((cycloneDx.Direct, cycloneDx.Transitive, cycloneDx.Unknown, cycloneDx.MaxDepth));
        cycloneDx.Unknown.ShouldBe(0);
    }

    [Fact]
    public void Analyze_SyftsThreeFormats_FindTheSameDependencies()
    {
        var syft = DependencyAnalysis.Analyze(Read(SbomMediaTypes.SyftJson, Syft, "debian12", ".gz"));

        foreach (var (mediaType, name) in new[] { (SbomMediaTypes.SpdxJson, SyftSpdx), (SbomMediaTypes.CycloneDxJson, SyftCycloneDx) })
        {
            var other = DependencyAnalysis.Analyze(Read(mediaType, name, "debian12", ".gz"));
            other.TopLevelPackages.ShouldBe(syft.TopLevelPackages);
            other.MostDependedUpon.ShouldBe(syft.MostDependedUpon);
            (other.Direct, other.Transitive, other.Unknown, other.MaxDepth).ShouldBe((syft.Direct, syft.Transitive, syft.Unknown, syft.MaxDepth));
        }

        syft.MostDependedUpon[0].Name.ShouldBe("libc6", "everything in Debian needs the C library");
        syft.Unknown.ShouldBe(0);
    }

    private static Sbom Read(string mediaType, string name, string image, string ending) =>
        SbomReader.Read(mediaType, SharedData.Read(string.Format(name, image) + ending));

    private static IEnumerable<string> Packages(Sbom sbom) =>
        sbom.Packages.Select(package => $"{package.Type} {package.Name} {package.Version} {package.PackageUrl}").Order(StringComparer.Ordinal);

    // By name: each format has identifiers of its own.
    private static IEnumerable<string> Dependencies(Sbom sbom)
    {
        var names = sbom.Packages.ToDictionary(package => package.Id, package => package.Name, StringComparer.Ordinal);
        names.Add(SbomDependency.Root, "");
        return sbom.Dependencies.Select(dependency => $"{names[dependency.From]}>{names[dependency.To]}").Order(StringComparer.Ordinal);
    }
}
