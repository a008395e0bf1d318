using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Tests.Syft;

public sealed class SyftJsonReaderTests
{
    [Theory]
    [InlineData("go-module", "golang")]
    [InlineData("python", "pypi")]
    [InlineData("java-archive", "maven")]
    [InlineData("jenkins-plugin", "maven")]
    [InlineData("rpm", "rpm")]
    [InlineData("deb", "deb")]
    [InlineData("apk", "apk")]
    [InlineData("gem", "gem")]
    [InlineData("npm", "npm")]
    [InlineData("rust-crate", "cargo")]
    [InlineData("php-composer", "composer")]
    [InlineData("dotnet", "nuget")]
    [InlineData("portage", "ebuild")]
    [InlineData("binary", "generic")]
    [InlineData("UnknownPackage", "unknown")]
    public void Read_PackageWithoutPackageUrl_TakesTheTypeFromSyftsOwn(string type, string expected)
    {
        var sbom = Read($$"""{"artifacts":[{"id":"1","name":"n","version":"1","type":"{{type}}","purl":""}]}""");

        sbom.Packages.ShouldHaveSingleItem().Type.ShouldBe(expected);
        sbom.Packages[0].PackageUrl.ShouldBeNull();
    }

    [Theory]
    [InlineData("slf4j-api", "java-archive", "pkg:maven/org.slf4j/slf4j-api@2.0", "maven", "org.slf4j:slf4j-api")]
    [InlineData("org.slf4j:slf4j-api", "java-archive", "pkg:maven/org.slf4j/slf4j-api@2.0", "maven", "org.slf4j:slf4j-api")]
    [InlineData("@angular/core", "npm", "pkg:npm/%40angular/core@17.0", "npm", "@angular/core")]
    [InlineData("core", "npm", "pkg:npm/%40angular/core@17.0", "npm", "@angular/core")]
    [InlineData("github.com/Masterminds/semver", "go-module", "pkg:golang/github.com/Masterminds/semver@v3", "golang", "github.com/Masterminds/semver")]
    [InlineData("bash", "deb", "pkg:deb/debian/bash@5.2", "deb", "bash")]
    [InlineData("Flask_Login", "python", "pkg:pypi/flask-login@1", "pypi", "Flask_Login")]
    [InlineData("nginx", "binary", "pkg:generic/nginx@1", "generic", "nginx")]
    [InlineData("python", "binary", "pkg:docker/library/python@3", "docker", "library/python")]
    public void Read_PackageUrl_GivesTheTypeAndTheNamespaceThatTheEcosystemsNamesHave(
        string name, string type, string packageUrl, string expectedType, string expectedName)
    {
        var package = Read($$"""{"artifacts":[{"id":"1","name":"{{name}}","type":"{{type}}","purl":"{{packageUrl}}"}]}""").Packages.ShouldHaveSingleItem();

        (package.Type, package.Name, package.PackageUrl).ShouldBe((expectedType, expectedName, packageUrl));
    }

    [Fact]
    public void Read_Licences_TakesTheExpressionElseTheValueElseTheTextOfOldSchemas()
    {
        var sbom = Read("""
            {"artifacts":[{"id":"1","name":"n","licenses":[
              {"value":"GPL-2","spdxExpression":"GPL-2.0-only"},{"value":"public-domain","spdxExpression":""},"MIT","MIT",null]}]}
            """);

        sbom.Packages[0].Licenses.ShouldBe(["GPL-2.0-only", "public-domain", "MIT"]);
    }

    [Fact]
    public void Read_DependencyOf_IsWhatTheChildNeeds()
    {
        var sbom = Read("""
            {"artifactRelationships":[
              {"parent":"libc6","child":"bash","type":"dependency-of"},
              {"parent":"libc6","child":"bash","type":"dependency-of"},
              {"parent":"image","child":"bash","type":"contains"},
              {"parent":"bash","child":"file","type":"evident-by"},
              {"parent":"bash","child":"file","type":"dependency-of"},
              {"parent":"bash","child":"image","type":"dependency-of"}],
             "artifacts":[{"id":"bash","name":"bash"},{"id":"libc6","name":"libc6"}],
             "source":{"id":"image"}}
            """);

        Sample.Dependencies(sbom).ShouldBe(["bash>libc6", ">bash"]);
    }

    [Theory]
    [InlineData("""{"artifacts":null}""")]
    [InlineData("""{"artifacts":[],"artifactRelationships":null,"source":null,"descriptor":null}""")]
    public void Read_ImageWithoutPackages_IsEmpty(string document)
    {
        var sbom = Read(document);

        (sbom.Format, sbom.Packages.Count, sbom.Dependencies.Count, sbom.Tool, sbom.Created).ShouldBe((SbomFormat.SyftJson, 0, 0, null, null));
    }

    private static Sbom Read(string document) => SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8(document));
}
