using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests.CycloneDx;

public sealed class CycloneDxJsonReaderTests
{
    [Theory]
    [InlineData("library", "", "", true)]
    [InlineData("framework", "", "", true)]
    [InlineData("firmware", "", "", true)]
    [InlineData("application", "1.0", "", true)]
    [InlineData("application", "", "pkg:generic/x@1", true)]
    [InlineData("application", "", "", false)]
    [InlineData("operating-system", "12", "", false)]
    [InlineData("file", "", "pkg:generic/x@1", false)]
    [InlineData("data", "", "", false)]
    [InlineData("cryptographic-asset", "", "", false)]
    public void Read_ComponentByTypeAndPackageUrl_IsAPackageOrNot(string type, string version, string packageUrl, bool isPackage) =>
        Read($$"""
            "components":[{"type":"{{type}}","bom-ref":"x","name":"x","version":"{{version}}","purl":"{{packageUrl}}"}]
            """).Packages.Count.ShouldBe(isPackage ? 1 : 0);

    [Fact]
    public void Read_NestedComponents_ArePackagesToo()
    {
        var sbom = Read("""
            "metadata":{"component":{"bom-ref":"root","type":"container","name":"root","components":[{"type":"library","name":"in-root"}]}},
            "components":[
              {"type":"library","name":"a","bom-ref":"a","components":[
                {"type":"library","name":"b","bom-ref":"b","components":[{"type":"library","name":"c"}]}]},
              {"type":"application","name":"lock","components":[{"type":"library","name":"d"}]}]
            """);

        sbom.Packages.Select(package => package.Name).Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "d", "in-root"]);
        sbom.Packages.Select(package => package.Id).ShouldBeUnique();
    }

    [Theory]
    [InlineData("root>a a>b", ">a a>b", "as written")]
    [InlineData("root>os os>a a>b", ">a a>b", "over the operating system")]
    [InlineData("root>lock lock>a lock>b a>b", ">a >b a>b", "what a lock file's application needs itself is direct")]
    [InlineData("root>os os>lock lock>a", ">a", "over several")]
    [InlineData("os>a", ">a", "what nothing leads to is a part of the application")]
    [InlineData("os>lock lock>os lock>a", "", "but for a circle")]
    [InlineData("root>lock lock>os os>lock os>a", ">a", "which is gone round once")]
    [InlineData("root>a root>a root>os os>a", ">a", "each once")]
    [InlineData("a>root a>file a>elsewhere elsewhere>a", "", "nothing else is a dependency between packages")]
    public void Read_DependsOn_LeadsToPackagesOverWhatIsNone(string written, string dependencies, string because)
    {
        var edges = written.Split(' ').Select(edge => edge.Split('>')).Select(edge => $$"""{"ref":"{{edge[0]}}","dependsOn":["{{edge[1]}}"]}""");

        var sbom = Read($$$"""
            "metadata":{"component":{"bom-ref":"root","name":"root"}},
            "components":[
              {"type":"operating-system","bom-ref":"os","name":"debian"},{"type":"application","bom-ref":"lock","name":"package-lock.json"},
              {"type":"library","bom-ref":"a","name":"a"},{"type":"library","bom-ref":"b","name":"b"},{"type":"file","bom-ref":"file","name":"f"}],
            "dependencies":[{{{string.Join(',', edges)}}},{"ref":"b"},{"ref":"b","dependsOn":null}]
            """);

        string.Join(' ', Sample.Dependencies(sbom)).ShouldBe(dependencies, because);
    }

    [Theory]
    [InlineData("org.slf4j", "slf4j-api", "pkg:maven/org.slf4j/slf4j-api@2", "org.slf4j:slf4j-api", "maven")]
    [InlineData("@angular", "core", "pkg:npm/%40angular/core@2", "@angular/core", "npm")]
    [InlineData("", "@angular/core", "pkg:npm/%40angular/core@2", "@angular/core", "npm")]
    [InlineData("debian", "bash", "pkg:deb/debian/bash@2", "bash", "deb")]
    [InlineData("Symfony", "Console", "pkg:composer/symfony/console@2", "Symfony/Console", "composer")]
    [InlineData("acme", "tool", "", "acme/tool", "unknown")]
    public void Read_GroupAndName_MakeTheNameOfTheEcosystem(string group, string name, string packageUrl, string expected, string type)
    {
        var package = Read($$"""
            "components":[{"type":"library","group":"{{group}}","name":"{{name}}","purl":"{{packageUrl}}"}]
            """).Packages.ShouldHaveSingleItem();

        (package.Name, package.Type).ShouldBe((expected, type));
    }

    [Fact]
    public void Read_LicencesAndLocations_TakesEveryForm()
    {
        var sbom = Read("""
            "components":[{"type":"library","name":"a",
              "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"public-domain"}},{"expression":"MIT OR Zlib"},{"license":null}],
              "properties":[
                {"name":"syft:location:0:path","value":"/a"},
                {"name":"syft:location:0:layerID","value":"x"},
                {"name":"aquasecurity:trivy:FilePath","value":"b"},
                {"value":"x"}],
              "evidence":{"occurrences":[{"bom-ref":"o","location":"/c"}],"identity":[]}}]
            """);

        sbom.Packages[0].Licenses.ShouldBe(["MIT", "public-domain", "MIT OR Zlib"]);
        sbom.Packages[0].Locations.ShouldBe(["/a", "b", "/c"]);
    }

    [Theory]
    [InlineData("""[{"vendor":"anchore","name":"syft","version":"0.90"}]""", "syft 0.90")]
    [InlineData("""{"components":[{"type":"application","name":"trivy","version":"0.68.2"},{"name":"other"}],"services":[]}""", "trivy 0.68.2")]
    [InlineData("""[{"name":"syft"}]""", "syft")]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    public void Read_Tools_IsTheFirstInEitherForm(string tools, string? tool) => Read($$"""
        "metadata":{"tools":{{tools}}}
        """).Tool.ShouldBe(tool);

    private static Sbom Read(string members) =>
        SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8($$"""{"bomFormat":"CycloneDX","specVersion":"1.6",{{members}}}"""));
}
