using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Sboms.Tests;

/// <summary>The same image, written in several formats and by several tools, is the same to us, but for what is named here.</summary>
public sealed class FormatAgreementTests
{
    private static readonly string[] Debian = ["syft/shop-api-1.4.0.syft.json", "syft/shop-api-1.4.0.spdx.json", "syft/shop-api-1.4.0.cyclonedx.json"];
    private static readonly string[] Alpine = ["syft/alpine.syft.json", "syft/alpine.spdx-2.2.json", "syft/alpine.cyclonedx-1.4.json"];

    /// <summary>What Syft wrote of one image: its own format, SPDX and CycloneDX.</summary>
    public static TheoryData<string[]> Images => [Debian, Alpine];

    [Theory]
    [MemberData(nameof(Images))]
    public void Read_SyftsThreeFormats_AgreeInPackagesAndDependencies(string[] files)
    {
        var syft = Read(SbomMediaTypes.SyftJson, files[0]);
        var spdx = Read(SbomMediaTypes.SpdxJson, files[1]);
        var cycloneDx = Read(SbomMediaTypes.CycloneDxJson, files[2]);

        Packages(spdx).ShouldBe(Packages(syft));
        Packages(cycloneDx).ShouldBe(Packages(syft));
        Dependencies(spdx).ShouldBe(Dependencies(syft));
        Dependencies(cycloneDx).ShouldBe(Dependencies(syft));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Read_SyftJsonAndCycloneDx_AgreeInLicencesAndLocationsWhichSpdxWritesInItsOwnWay(string[] files)
    {
        var syft = Read(SbomMediaTypes.SyftJson, files[0]);
        var cycloneDx = Read(SbomMediaTypes.CycloneDxJson, files[2]);

        Sets(cycloneDx, package => package.Licenses).ShouldBe(Sets(syft, package => package.Licenses));
        Sets(cycloneDx, package => package.Locations).ShouldBe(Sets(syft, package => package.Locations));

        // Syft's CycloneDX has the locations in the order of their numbers as texts: 0, 1, 10, 2.
        static IEnumerable<string> Sets(Sbom sbom, Func<SbomPackage, IReadOnlyList<string>> texts) =>
            sbom.Packages.Select(package => $"{package.Name}: {string.Join('|', texts(package).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("shop-api-1.4.0")]
    [InlineData("alpine")]
    public void Read_TrivysTwoFormats_AgreeInAllButTheRootsWhichItsSpdxDoesNotHave(string image)
    {
        var spdx = Read(SbomMediaTypes.SpdxJson, $"trivy/{image}.spdx.json");
        var cycloneDx = Read(SbomMediaTypes.CycloneDxJson, $"trivy/{image}.cyclonedx.json");

        Packages(spdx).ShouldBe(Packages(cycloneDx));
        Dependencies(spdx).ShouldBe(Dependencies(cycloneDx).Where(dependency => !dependency.StartsWith('>')));
        cycloneDx.Dependencies.ShouldContain(dependency => dependency.From == SbomDependency.Root);
    }

    [Fact]
    public void Read_SyftAndTrivy_AgreeInPackagesButPutTheEpochInDifferentPlacesOfThePackageUrl()
    {
        var syft = Read(SbomMediaTypes.SyftJson, Debian[0]);
        var trivy = Read(SbomMediaTypes.CycloneDxJson, "trivy/shop-api-1.4.0.cyclonedx.json");

        Names(trivy).ShouldBe(Names(syft));

        static IEnumerable<string> Names(Sbom sbom) =>
            sbom.Packages.Select(package => $"{package.Type} {package.Name} {package.Version}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Analyze_TrivysTwoFormats_FindTheSameTopLevelThoughSpdxHasNoRoots()
    {
        var spdx = DependencyAnalysis.Analyze(Read(SbomMediaTypes.SpdxJson, "trivy/alpine.spdx.json"));
        var cycloneDx = DependencyAnalysis.Analyze(Read(SbomMediaTypes.CycloneDxJson, "trivy/alpine.cyclonedx.json"));

        spdx.TopLevelPackages.ShouldBe(cycloneDx.TopLevelPackages);
        (spdx.Direct, spdx.Transitive, spdx.Unknown, spdx.MaxDepth).ShouldBe((cycloneDx.Direct, cycloneDx.Transitive, cycloneDx.Unknown, cycloneDx.MaxDepth));
        cycloneDx.Unknown.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Analyze_SyftsThreeFormats_FindTheSameDependencies(string[] files)
    {
        var syft = DependencyAnalysis.Analyze(Read(SbomMediaTypes.SyftJson, files[0]));

        foreach (var (mediaType, file) in new[] { (SbomMediaTypes.SpdxJson, files[1]), (SbomMediaTypes.CycloneDxJson, files[2]) })
        {
            var other = DependencyAnalysis.Analyze(Read(mediaType, file));
            other.TopLevelPackages.ShouldBe(syft.TopLevelPackages);
            other.MostDependedUpon.ShouldBe(syft.MostDependedUpon);
            (other.Direct, other.Transitive, other.Unknown, other.MaxDepth).ShouldBe((syft.Direct, syft.Transitive, syft.Unknown, syft.MaxDepth));
        }

        syft.MostDependedUpon[0].Name.ShouldBeOneOf(["libc6", "musl"], "everything in a distribution needs its C library");
    }

    private static Sbom Read(string mediaType, string file) => SbomReader.Read(mediaType, TestDocuments.Read(file));

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
