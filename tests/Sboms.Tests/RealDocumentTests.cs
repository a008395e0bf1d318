using System.Globalization;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Tests.Servers;

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
        { "syft/shop-api-1.4.0.syft.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/alpine.syft.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl" },
        { "syft/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "syft/alpine.cyclonedx-1.4.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "trivy/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "trivy/alpine.cyclonedx.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl" },
        { "syft/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "syft/alpine.spdx-2.2.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "trivy/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
        { "trivy/alpine.spdx.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl },
    };

    /// <summary>Documents of other versions, and of an image of some hundred packages.</summary>
    public static TheoryData<string, string, string, string, string> SharedDocuments => new()
    {
        { "syft/alpine-syft.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl", "syft" },
        { "syft/debian12.syft-json.json.gz", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl", "syft 1.51.0" },
        { "syft/syftjson__identify__11.0.0.json", SbomMediaTypes.SyftJson, "[.artifacts[]]", ".purl", "syft" },
        { "syft/debian12.cyclonedx-json.json.gz", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl", "syft 1.51.0" },
        { "syft/cyclonedxjson__identify__1.4.json", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl", "syft [not provided]" },
        { "trivy-reports/debian12.cyclonedx.json.gz", SbomMediaTypes.CycloneDxJson, CycloneDxPackages, ".purl", "trivy dev" },
        { "syft/debian12.spdx-json.json.gz", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl, "syft 1.51.0" },
        { "syft/spdxjson__identify__2.2.json", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl, "syft 0.91.0" },
        { "trivy-reports/debian12.spdx.json.gz", SbomMediaTypes.SpdxJson, SpdxPackages, SpdxPackageUrl, "trivy-dev" },
    };

    private const string SpdxPackageUrl = """(.externalRefs[]|select(.referenceType=="purl").referenceLocator)""";

    [Theory]
    [MemberData(nameof(Documents))]
    public Task Read_RealDocument_HasThePackagesAndTypesThatJqCounts(string file, string mediaType, string packages, string packageUrl) =>
        ShouldHaveWhatJqCountsAsync(TestDocuments.Read(file), mediaType, packages, packageUrl);

    [SharedDataTheory]
    [MemberData(nameof(SharedDocuments))]
    public async Task Read_DocumentOfAnotherVersion_HasThePackagesTypesAndToolThatItNames(
        string file, string mediaType, string packages, string packageUrl, string tool)
    {
        var document = TestDocuments.ReadShared(file);

        SbomReader.Detect(document).ShouldBe(mediaType);
        (await ShouldHaveWhatJqCountsAsync(document, mediaType, packages, packageUrl)).Tool.ShouldNotBeNull().ShouldStartWith(tool);
    }

    [Theory]
    [InlineData("syft/shop-api-1.4.0.syft.json", SbomMediaTypes.SyftJson, """[.artifactRelationships[]|select(.type=="dependency-of")]|unique|length""")]
    [InlineData("syft/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, """[.relationships[]|select(.relationshipType=="DEPENDENCY_OF")]|unique|length""")]
    [InlineData("trivy/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, """[.relationships[]|select(.relationshipType=="DEPENDS_ON")]|unique|length""")]
    [InlineData("syft/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, """[.dependencies[]|.dependsOn[]?]|length""")]
    public async Task Read_RealDocumentWithoutRoot_HasTheDependenciesThatJqCounts(string file, string mediaType, string count)
    {
        var document = TestDocuments.Read(file);

        var dependencies = SbomReader.Read(mediaType, document).Dependencies;

        dependencies.Count.ShouldBe(await Jq.AskAsync<int>(document, count));
        dependencies.ShouldNotContain(dependency => dependency.From == SbomDependency.Root);
    }

    [Fact]
    public async Task Read_TrivysCycloneDx_TakesWhatTheOperatingSystemEntryNeedsAsTheRoots()
    {
        var document = TestDocuments.Read("trivy/alpine.cyclonedx.json");

        var dependencies = SbomReader.Read(SbomMediaTypes.CycloneDxJson, document).Dependencies;

        const string System = """(.components[]|select(.type=="operating-system")|.["bom-ref"]) as $os | [.dependencies[]|select(.ref==$os)|.dependsOn[]]""";
        dependencies.Where(dependency => dependency.From == SbomDependency.Root).Select(dependency => dependency.To)
            .ShouldBe(await Jq.AskAsync<string[]>(document, System));
        var all = await Jq.AskAsync<int>(document, "[.dependencies[]|.dependsOn[]?]|length");
        dependencies.Count.ShouldBe(all - 1, "all that the document has but the one from the image to the operating system");
    }

    [Theory]
    [InlineData("syft/shop-api-1.4.0.syft.json", SbomMediaTypes.SyftJson, "syft 1.18.1", null)]
    [InlineData("syft/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, "syft 1.18.1", ".creationInfo.created")]
    [InlineData("syft/alpine.spdx-2.2.json", SbomMediaTypes.SpdxJson, "syft 1.18.1", ".creationInfo.created")]
    [InlineData("syft/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, "syft 1.18.1", ".metadata.timestamp")]
    [InlineData("syft/alpine.cyclonedx-1.4.json", SbomMediaTypes.CycloneDxJson, "syft 1.18.1", ".metadata.timestamp")]
    [InlineData("trivy/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson, "trivy-dev", ".creationInfo.created")]
    [InlineData("trivy/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson, "trivy dev", ".metadata.timestamp")]
    public async Task Read_RealDocument_SaysWhatMadeItAndWhen(string file, string mediaType, string tool, string? time)
    {
        var document = TestDocuments.Read(file);

        var sbom = SbomReader.Read(mediaType, document);

        sbom.Tool.ShouldBe(tool);
        sbom.Created.ShouldBe(
            time is null ? null : DateTimeOffset.Parse(await Jq.AskAsync<string>(document, time), CultureInfo.InvariantCulture), "Syft JSON has no time");
    }

    [Theory]
    [InlineData("syft/shop-api-1.4.0.syft.json", SbomMediaTypes.SyftJson)]
    [InlineData("syft/alpine.syft.json", SbomMediaTypes.SyftJson)]
    [InlineData("syft/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson)]
    [InlineData("syft/alpine.spdx-2.2.json", SbomMediaTypes.SpdxJson)]
    [InlineData("trivy/shop-api-1.4.0.spdx.json", SbomMediaTypes.SpdxJson)]
    [InlineData("syft/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson)]
    [InlineData("syft/alpine.cyclonedx-1.4.json", SbomMediaTypes.CycloneDxJson)]
    [InlineData("trivy/shop-api-1.4.0.cyclonedx.json", SbomMediaTypes.CycloneDxJson)]
    [InlineData("trivy/shop-api-1.4.0.json", null)]
    public void Detect_RealDocument_FindsItsMediaType(string file, string? mediaType) =>
        SbomReader.Detect(TestDocuments.Read(file)).ShouldBe(mediaType);

    private const string NotAPackageUrl = "a-purl-1";

    [Fact]
    public void Read_SyftJsonWithAPackageUrlThatIsNone_TakesTheTypeOfSyftsOwn() => ShouldHaveSyftsType(SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8(
        $$$"""
        {"artifacts":[
          {"id":"1","name":"package-1","version":"1.0.1","type":"python","locations":[{"path":"/somefile-1.txt"}],
           "licenses":[{"value":"MIT","spdxExpression":"MIT"}],"purl":"{{{NotAPackageUrl}}}"},
          {"id":"2","name":"package-2","version":"2.0.1","type":"deb","purl":"pkg:deb/debian/package-2@2.0.1"}],
         "descriptor":{"name":"syft","version":"1.18.1"},"schema":{"version":"16.0.18"}}
        """)));

    [Fact]
    public void Read_CycloneDxWithAPackageUrlThatIsNone_TakesTheTypeOfSyftsOwn() => ShouldHaveSyftsType(SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(
        $$$"""
        {"bomFormat":"CycloneDX","specVersion":"1.6","components":[
          {"bom-ref":"1","type":"library","name":"package-1","version":"1.0.1","licenses":[{"license":{"id":"MIT"}}],"purl":"{{{NotAPackageUrl}}}",
           "properties":[{"name":"syft:package:type","value":"python"},{"name":"syft:location:0:path","value":"/somefile-1.txt"}]},
          {"bom-ref":"2","type":"library","name":"package-2","version":"2.0.1","purl":"pkg:deb/debian/package-2@2.0.1",
           "properties":[{"name":"syft:package:type","value":"deb"}]}]}
        """)));

    [Fact]
    public void Read_Spdx3_AsksForSpdx2()
    {
        var document = Text.Utf8("""{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo","specVersion":"3.0.1"}]}""");

        SbomReader.Detect(document).ShouldBe(SbomMediaTypes.SpdxJson);
        Should.Throw<SbomFormatException>(() => SbomReader.Read(SbomMediaTypes.SpdxJson, document)).Message
            .ShouldBe("The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.");
    }

    private static void ShouldHaveSyftsType(Sbom sbom)
    {
        sbom.Packages.Select(package => (package.Name, package.Version, package.Type, package.PackageUrl)).ShouldBe(
        [
            ("package-1", "1.0.1", "pypi", null),
            ("package-2", "2.0.1", "deb", "pkg:deb/debian/package-2@2.0.1"),
        ]);
        sbom.Packages[0].Licenses.ShouldBe(["MIT"]);
        sbom.Packages[0].Locations.ShouldBe(["/somefile-1.txt"]);
    }

    private static async Task<Sbom> ShouldHaveWhatJqCountsAsync(byte[] document, string mediaType, string packages, string packageUrl)
    {
        var sbom = SbomReader.Read(mediaType, document);
        sbom.Packages.Count.ShouldBe(await Jq.AskAsync<int>(document, packages + "|length"));
        sbom.Packages.Select(package => package.Name).Order(StringComparer.Ordinal)
            .ShouldBe((await Jq.AskAsync<string[]>(document, packages + "|map(.name)")).Order(StringComparer.Ordinal));
        var types = await Jq.AskAsync<Dictionary<string, int>>(
            document, $"{packages}|map({packageUrl}|split(\"/\")[0][4:])|group_by(.)|map({{(.[0]):length}})|add");
        sbom.Packages.CountBy(package => package.Type).ToDictionary().ShouldBe(types, ignoreOrder: true);
        return sbom;
    }
}
