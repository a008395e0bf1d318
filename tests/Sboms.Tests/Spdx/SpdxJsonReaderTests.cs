using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests.Spdx;

public sealed class SpdxJsonReaderTests
{
    [Theory]
    [InlineData("LIBRARY", "", "", true)]
    [InlineData("", "", "", true)]
    [InlineData("APPLICATION", "1.0", "", true)]
    [InlineData("APPLICATION", "", "pkg:generic/x@1", true)]
    [InlineData("APPLICATION", "", "", false)]
    [InlineData("OPERATING-SYSTEM", "12", "", false)]
    [InlineData("OPERATING_SYSTEM", "12", "", false)]
    [InlineData("CONTAINER", "1.0", "pkg:oci/x@1", false)]
    [InlineData("FILE", "1.0", "", false)]
    public void Read_EntryByPurposeAndPackageUrl_IsAPackageOrNot(string purpose, string version, string packageUrl, bool isPackage)
    {
        var sbom = Read($$"""
            "packages":[{"SPDXID":"x","name":"x","versionInfo":"{{version}}","primaryPackagePurpose":"{{purpose}}",
              "externalRefs":[{"referenceType":"purl","referenceLocator":"{{packageUrl}}"}]}]
            """);

        sbom.Packages.Count.ShouldBe(isPackage ? 1 : 0);
    }

    [Theory]
    [InlineData(
        """ "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"image"}] """,
        "a",
        "the image is none of its packages")]
    [InlineData(
        """ "relationships":[{"spdxElementId":"image","relationshipType":"DESCRIBED_BY","relatedSpdxElement":"SPDXRef-DOCUMENT"}] """,
        "a",
        "said the other way round")]
    [InlineData(""" "documentDescribes":["image"] """, "a", "or in short")]
    [InlineData(""" "documentDescribes":["image","a"] """, "image a", "several elements are packages, for there is no one root")]
    [InlineData(""" "documentDescribes":null,"relationships":null """, "image a", "nothing is described")]
    public void Read_DescribedElement_IsNoPackage(string marks, string names, string because) =>
        Read($$"""{{marks}},"packages":[{"SPDXID":"image","name":"image"},{"SPDXID":"a","name":"a"}]""").Packages.Select(package => package.Name)
            .ShouldBe(names.Split(' '), because);

    [Theory]
    [InlineData("a", "DEPENDS_ON", "b", "", "a>b")]
    [InlineData("b", "DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "RUNTIME_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "BUILD_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "DEV_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "OPTIONAL_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "PROVIDED_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "TEST_DEPENDENCY_OF", "a", "", "a>b")]
    [InlineData("b", "OTHER", "a", "dependency-of: indicates a dependency", "a>b")]
    [InlineData("a", "OTHER", "b", "evident-by: the file", "")]
    [InlineData("a", "OTHER", "b", "", "")]
    [InlineData("a", "CONTAINS", "b", "", "")]
    [InlineData("image", "DEPENDS_ON", "a", "", ">a")]
    [InlineData("a", "DEPENDENCY_OF", "image", "", ">a")]
    [InlineData("image", "CONTAINS", "a", "", "")]
    [InlineData("lock", "DEPENDS_ON", "a", "", ">a")]
    [InlineData("a", "DEPENDS_ON", "a", "", "")]
    [InlineData("a", "DEPENDS_ON", "NOASSERTION", "", "")]
    [InlineData("a", "DEPENDS_ON", "DocumentRef-x:SPDXRef-y", "", "")]
    public void Read_Relationship_IsADependencyOrNot(string element, string type, string related, string comment, string dependency)
    {
        var sbom = Read($$"""
            "documentDescribes":["image"],
            "packages":[{"SPDXID":"image","name":"image"},{"SPDXID":"a","name":"a"},{"SPDXID":"b","name":"b"},
              {"SPDXID":"lock","name":"package-lock.json","primaryPackagePurpose":"APPLICATION"}],
            "relationships":[{"spdxElementId":"{{element}}","relationshipType":"{{type}}","relatedSpdxElement":"{{related}}","comment":"{{comment}}"}]
            """);

        string.Join(' ', Sample.Dependencies(sbom)).ShouldBe(dependency);
    }

    [Theory]
    [InlineData("MIT", "Apache-2.0", "MIT")]
    [InlineData("NOASSERTION", "Apache-2.0", "Apache-2.0")]
    [InlineData("NONE", "NOASSERTION", "")]
    [InlineData("", "", "")]
    public void Read_Licence_IsTheDeclaredElseTheConcluded(string declared, string concluded, string expected)
    {
        var sbom = Read($$"""
            "packages":[{"SPDXID":"a","name":"a","versionInfo":"NOASSERTION","licenseDeclared":"{{declared}}","licenseConcluded":"{{concluded}}"}]
            """);

        string.Join(' ', sbom.Packages[0].Licenses).ShouldBe(expected);
        sbom.Packages[0].Version.ShouldBe("");
    }

    [Theory]
    [InlineData("purl")]
    [InlineData("http://spdx.org/rdf/references/purl")]
    public void Read_PackageUrl_IsTheFirstThatIsOne(string type)
    {
        var sbom = Read($$"""
            "packages":[{"SPDXID":"a","name":"core","externalRefs":[
              {"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x:x:1"},
              {"referenceType":"{{type}}","referenceLocator":"none"},
              {"referenceType":"{{type}}","referenceLocator":"pkg:npm/%40angular/core@1"},
              {"referenceType":"{{type}}","referenceLocator":"pkg:npm/other@1"}]}]
            """);

        (sbom.Packages[0].Name, sbom.Packages[0].Type, sbom.Packages[0].PackageUrl).ShouldBe(("@angular/core", "npm", "pkg:npm/%40angular/core@1"));
    }

    [Theory]
    [InlineData("Tool: syft-1.18.1", "syft 1.18.1")]
    [InlineData("Tool: trivy-dev", "trivy-dev")]
    [InlineData("Tool: spdx-sbom-generator-v0.0.15", "spdx-sbom-generator v0.0.15")]
    [InlineData("Tool: ", null)]
    [InlineData("Person: A. B.", null)]
    public void Read_Creator_IsTheToolAndItsVersion(string creator, string? tool) =>
        Read($$"""
            "creationInfo":{"created":"2024-05-06T07:08:09Z","creators":["Organization: X","{{creator}}"]}
            """).Tool.ShouldBe(tool);

    [Theory]
    [InlineData("2024-05-06T07:08:09Z", "2024-05-06T07:08:09.0000000+00:00")]
    [InlineData("timestamp:redacted", null)]
    public void Read_Created_IsTheTimeIfItIsOne(string created, string? expected)
    {
        var sbom = Read($$"""
            "creationInfo":{"created":"{{created}}"}
            """);

        (sbom.Created is { } time ? time.ToString("O") : null).ShouldBe(expected);
    }

    private static Sbom Read(string members) => SbomReader.Read(SbomMediaTypes.SpdxJson, Text.Utf8($$"""{"spdxVersion":"SPDX-2.3",{{members}}}"""));
}
