using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests;

/// <summary>What the readers find in real documents is what jq finds in them.</summary>
public sealed class RealDocumentTests
{
    private const string SpdxPackages =
        """
        (["CONTAINER","OPERATING-SYSTEM"] as $others | [.relationships[]|select(.relationshipType=="DESCRIBES").relatedSpdxElement] as $described
        | [.packages[]|select((.primaryPackagePurpose // "") as $p|($others|index($p))|not)|select(.SPDXID as $i|($described|index($i))|not)])
        """;

    private const string CycloneDxPackages = """[.components[]|select(.type!="file" and .type!="operating-system")]""";

    public static TheoryData<string, string, string, string> Documents => new()
    {
        { "syft/alpine-syft.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/app-1.0.0.syft-json.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/debian12.syft-json.json.gz", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/syftjson__identify__11.0.0.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/app-1.0.0.cyclonedx-json.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "syft/debian12.cyclonedx-json.json.gz", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "syft/cyclonedxjson__identify__1.4.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "trivy-reports/app-1.0.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "trivy-reports/debian12.cyclonedx.json.gz", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "syft/app-1.0.0.spdx-json.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "syft/debian12.spdx-json.json.gz", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "syft/spdxjson__identify__2.2.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "trivy-reports/app-1.0.0.spdx-json.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "trivy-reports/debian12.spdx.json.gz", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
    };

    private const string SpdxPackageUrl = """(.externalRefs[]|select(.referenceType=="purl").referenceLocator)""";

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Read_RealDocument_HasThePackagesAndTypesThatJqCounts(string file, string mediaType, string packages, string packageUrl)
    {
        var document = SharedData.Read(file);

        var sbom = SbomReader.Read(mediaType, document);

        sbom.Packages.Count.ShouldBe(await Jq.AskAsync<int>(document, packages + "|length"));
        sbom.Packages.Select(package => package.Name).Order(StringComparer.Ordinal)
            .ShouldBe((await Jq.AskAsync<string[]>(document, packages + "|map(.name)")).Order(StringComparer.Ordinal));
        var types = await Jq.AskAsync<Dictionary<string, int>>(document, $"{packages}|map({packageUrl}|split(\"/\")[0][4:])|group_by(.)|map({{(.[0]):length}})|add");
        sbom.Packages.CountBy(package => package.Type).ToDictionary().ShouldBe(types, ignoreOrder: true);
    }

    [Theory]
    [InlineData("syft/debian12.syft-json.json.gz", SbomMediaTypes.SyftJson, """[.artifactRelationships[]|select(.type=="dependency-of")]|unique|length""")]
    [InlineData("syft/debian12.spdx-json.json.gz", SbomMediaTypes.SpdxJson, """[.relationships[]|select(.relationshipType=="DEPENDENCY_OF")]|unique|length""")]
    [InlineData("trivy-reports/debian12.spdx.json.gz", SbomMediaTypes.SpdxJson, """[.relationships[]|select(.relationshipType=="DEPENDS_ON")]|unique|length""")]
    [InlineData("syft/debian12.cyclonedx-json.json.gz", SbomMediaTypes.CycloneDxJson, """[.dependencies[]|.dependsOn[]?]|length""")]
    public async Task Read_RealDocumentWithoutRoot_HasTheDependenciesThatJqCounts(string file, string mediaType, string count)
    {
        var document = SharedData.Read(file);

        var dependencies = SbomReader.Read(mediaType, document).Dependencies;

        dependencies.Count.ShouldBe(await Jq.AskAsync<int>(document, count));
        dependencies.ShouldNotContain(dependency => dependency.From == SbomDependency.Root);
    }

    [Fact]
    public async Task Read_TrivysCycloneDx_TakesWhatTheOperatingSystemEntryNeedsAsTheRoots()
    {
        var document = SharedData.Read("trivy-reports/debian12.cyclonedx.json.gz");

        var dependencies = SbomReader.Read(SbomMediaTypes.CycloneDxJson, document).Dependencies;

        const string System = """(.components[]|select(.type=="operating-system")|.["bom-ref"]) as $os | [.dependencies[]|select(.ref==$os)|.dependsOn[]]""";
        dependencies.Where(dependency => dependency.From == SbomDependency.Root).Select(dependency => dependency.To)
            .ShouldBe(await Jq.AskAsync<string[]>(document, System));
        var all = await Jq.AskAsync<int>(document, "[.dependencies[]|.dependsOn[]?]|length");
        dependencies.Count.ShouldBe(all - 1, "all that the document has but the one from the image to the operating system");
    }

    [Theory]
    [InlineData("syft/debian12.syft-json.json.gz", SbomMediaTypes.SyftJson, "syft 1.51.0", null)]
    [InlineData("syft/debian12.spdx-json.json.gz", SbomMediaTypes.SpdxJson, "syft 1.51.0", "2026-11-23")]
    [InlineData("syft/debian12.cyclonedx-json.json.gz", SbomMediaTypes.CycloneDxJson, "syft 1.51.0", "2026-11-23")]
    [InlineData("syft/spdxjson__identify__2.2.json", SbomMediaTypes.SpdxJson, "syft 0.91.0", "2023-09-29")]
    [InlineData("syft/cyclonedxjson__identify__1.4.json", SbomMediaTypes.CycloneDxJson, "syft [not provided]", "2023-09-29")]
    [InlineData("trivy-reports/debian12.spdx.json.gz", SbomMediaTypes.SpdxJson, "trivy-dev", "2026-11-23")]
    [InlineData("trivy-reports/debian12.cyclonedx.json.gz", SbomMediaTypes.CycloneDxJson, "trivy dev", "2026-11-23")]
    public void Read_RealDocument_SaysWhatMadeItAndWhen(string file, string mediaType, string tool, string? day)
    {
        var sbom = SbomReader.Read(mediaType, SharedData.Read(file));

        sbom.Tool.ShouldBe(tool);
        sbom.Created?.UtcDateTime.ToString("yyyy-MM-dd").ShouldBe(day);
        sbom.Created.HasValue.ShouldBe(day is not null, "Syft JSON has no time");
    }

    [Theory]
    [InlineData("syft/debian12.syft-json.json.gz", SbomMediaTypes.SyftJson)]
    [InlineData("syft/alpine-syft.json", SbomMediaTypes.SyftJson)]
    [InlineData("syft/syftjson__snapshot__TestImageEncoder.golden", SbomMediaTypes.SyftJson)]
    [InlineData("syft/debian12.spdx-json.json.gz", SbomMediaTypes.SpdxJson)]
    [InlineData("syft/spdxjson__identify__2.2.json", SbomMediaTypes.SpdxJson)]
    [InlineData("syft/spdxjson__identify__3.0.json", SbomMediaTypes.SpdxJson)]
    [InlineData("trivy-reports/debian12.spdx.json.gz", SbomMediaTypes.SpdxJson)]
    [InlineData("syft/cyclonedxjson__snapshot__TestCycloneDxImageEncoder.golden", SbomMediaTypes.CycloneDxJson)]
    [InlineData("trivy-reports/app-1.0.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson)]
    [InlineData("trivy-reports/npm.json", null)]
    public void Detect_RealDocument_FindsItsMediaType(string file, string? mediaType) =>
        SbomReader.Detect(SharedData.Read(file)).ShouldBe(mediaType);

    [Fact]
    public void Read_SyftJsonWithAPackageUrlThatIsNone_TakesTheTypeOfSyftsOwn()
    {
        var sbom = SbomReader.Read(SbomMediaTypes.SyftJson, SharedData.Read("syft/syftjson__snapshot__TestImageEncoder.golden"));

        sbom.Packages.Select(package => (package.Name, package.Version, package.Type, package.PackageUrl)).ShouldBe(
        [
            ("package-1", "1.0.1", "pypi", null),
            ("package-2", "2.0.1", "deb", "pkg:deb/debian/package-2@2.0.1"),
        ]);
        sbom.Packages[0].Licenses.ShouldBe(["MIT"]);
        sbom.Packages[0].Locations.ShouldBe(["/somefile-1.txt"]);
    }

    [Fact]
    public void Read_CycloneDxWithAPackageUrlThatIsNone_TakesTheTypeOfSyftsOwn()
    {
        var sbom = SbomReader.Read(SbomMediaTypes.CycloneDxJson, SharedData.Read("syft/cyclonedxjson__snapshot__TestCycloneDxImageEncoder.golden"));

        sbom.Packages.Select(package => (package.Name, package.Version, package.Type, package.PackageUrl)).ShouldBe(
        [
            ("package-1", "1.0.1", "pypi", null),
            ("package-2", "2.0.1", "deb", "pkg:deb/debian/package-2@2.0.1"),
        ]);
        sbom.Packages[0].Licenses.ShouldBe(["MIT"]);
        sbom.Packages[0].Locations.ShouldBe(["/somefile-1.txt"]);
    }

    [Theory]
    [InlineData("syft/spdxjson__identify__3.0.json")]
    public void Read_Spdx3_AsksForSpdx2(string file)
    {
        var document = SharedData.Read(file);

        var refused = Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SpdxJson, document));

        refused.Message.ShouldBe("The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.");
    }
}
