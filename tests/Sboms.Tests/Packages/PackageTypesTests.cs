using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.Tests.Packages;

/// <summary>What the specification says of each type's namespace and name, and what Syft calls it.</summary>
public sealed class PackageTypesTests
{
    [Theory]
    [InlineData("pypi", "pkg:pypi/ns/a-b-c")]
    [InlineData("alpm", "pkg:alpm/ns/a_b-c")]
    [InlineData("apk", "pkg:apk/ns/a_b-c")]
    [InlineData("bitbucket", "pkg:bitbucket/ns/a_b-c")]
    [InlineData("bitnami", "pkg:bitnami/ns/a_b-c")]
    [InlineData("composer", "pkg:composer/ns/a_b-c")]
    [InlineData("deb", "pkg:deb/ns/a_b-c")]
    [InlineData("github", "pkg:github/ns/a_b-c")]
    [InlineData("golang", "pkg:golang/ns/a_b-c")]
    [InlineData("hex", "pkg:hex/ns/a_b-c")]
    [InlineData("rpm", "pkg:rpm/ns/A_b-C")]
    [InlineData("qpkg", "pkg:qpkg/ns/A_b-C")]
    [InlineData("oci", "pkg:oci/NS/a_b-c")]
    [InlineData("pub", "pkg:pub/NS/a_b-c")]
    [InlineData("npm", "pkg:npm/NS/A_b-C")]
    [InlineData("maven", "pkg:maven/NS/A_b-C")]
    [InlineData("nuget", "pkg:nuget/NS/A_b-C")]
    [InlineData("cargo", "pkg:cargo/NS/A_b-C")]
    [InlineData("generic", "pkg:generic/NS/A_b-C")]
    public void Parse_CapitalsAndUnderscores_ArePartOfTheNameWhereTheTypeSaysSo(string type, string canonical) =>
        PackageUrl.Parse($"pkg:{type}/NS/A_b-C").ToString().ShouldBe(canonical);

    [Theory]
    [InlineData("maven", "NS:x")]
    [InlineData("npm", "NS/x")]
    [InlineData("golang", "NS/x")]
    [InlineData("composer", "NS/x")]
    [InlineData("swift", "NS/x")]
    [InlineData("github", "NS/x")]
    [InlineData("bitbucket", "NS/x")]
    [InlineData("docker", "NS/x")]
    [InlineData("huggingface", "NS/x")]
    [InlineData("deb", "x")]
    [InlineData("rpm", "x")]
    [InlineData("apk", "x")]
    [InlineData("conan", "x")]
    [InlineData("generic", "x")]
    public void Read_GroupOfAComponent_IsPartOfItsNameWhereTheEcosystemsNamesHaveIt(string type, string expected)
    {
        var sbom = SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(
            $$"""{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","group":"NS","name":"x","purl":"pkg:{{type}}/NS/x@1"}]}"""));

        sbom.Packages.Single().Name.ShouldBe(expected);
    }

    [Theory]
    [InlineData("alpm", "alpm")]
    [InlineData("bitnami", "bitnami")]
    [InlineData("cocoapods", "cocoapods")]
    [InlineData("conan", "conan")]
    [InlineData("conda", "conda")]
    [InlineData("hackage", "hackage")]
    [InlineData("hex", "hex")]
    [InlineData("nix", "nix")]
    [InlineData("opam", "opam")]
    [InlineData("otp", "otp")]
    [InlineData("pub", "pub")]
    [InlineData("swift", "swift")]
    [InlineData("terraform", "terraform")]
    [InlineData("php-pear", "pear")]
    [InlineData("php-pecl", "pecl")]
    [InlineData("R-package", "cran")]
    [InlineData("pod", "cocoapods")]
    [InlineData("dart-pub", "pub")]
    [InlineData("erlang-otp", "otp")]
    [InlineData("github-action", "github")]
    [InlineData("github-action-workflow", "github")]
    [InlineData("lua-rocks", "luarocks")]
    [InlineData("linux-kernel", "generic")]
    [InlineData("linux-kernel-module", "generic")]
    [InlineData("graalvm-native-image", "generic")]
    [InlineData("Deb", "unknown")]
    public void Read_TypeOfSyft_IsThatOfPackageUrls(string type, string expected)
    {
        var syft = SbomReader.Read(SbomMediaTypes.SyftJson, Text.Utf8($$"""{"artifacts":[{"id":"1","name":"n","type":"{{type}}"}]}"""));
        var cycloneDx = SbomReader.Read(SbomMediaTypes.CycloneDxJson, Text.Utf8(
            $$"""
            {"bomFormat":"CycloneDX","specVersion":"1.6","components":[
              {"type":"library","name":"n","properties":[{"name":"syft:package:type","value":"{{type}}"}]}]}
            """));

        syft.Packages.Single().Type.ShouldBe(expected);
        cycloneDx.Packages.Single().Type.ShouldBe(expected);
    }

    [Theory]
    [InlineData("pkg:npm/a@1@2", "a@1", "2")]
    [InlineData("pkg:npm/a@", "a", null)]
    [InlineData("pkg:npm/a@1?x=a@b/c", "a", "1")]
    [InlineData("PKG:npm/a@1", "a", "1")]
    [InlineData("  pkg:npm/a@1  ", "a", "1")]
    [InlineData("pkg:npm/a/@1", "", "1")]
    public void TryParse_VersionSign_PartsOnlyTheLastOne(string text, string name, string? version)
    {
        PackageUrl.TryParse(text, out var url).ShouldBe(name != "");
        if (url is not null) (url.Name, url.Version).ShouldBe((name, version));
    }

    [Fact]
    public void Equals_UrlsOfOneMeaning_AreEqualAndOthersAreNot()
    {
        var url = PackageUrl.Parse("pkg:pypi/Flask_X@1?b=2&a=1#x");

        url.Equals(PackageUrl.Parse("pkg:PyPI/flask-x@1?a=1&b=2#/x/")).ShouldBeTrue();
        url.Equals((object)PackageUrl.Parse("pkg:pypi/flask-x@1?a=1&b=2#x")).ShouldBeTrue();
        url.Equals(PackageUrl.Parse("pkg:pypi/flask-x@1?a=1#x")).ShouldBeFalse();
        url.Equals(null).ShouldBeFalse();
        url.Equals("pkg:pypi/flask-x@1?a=1&b=2#x").ShouldBeFalse();
    }

    [Theory]
    [InlineData("", null, "a", "its type is not")]
    [InlineData("1x", null, "a", "its type is not")]
    [InlineData("x y", null, "a", "its type is not")]
    [InlineData("npm", null, "", "it has no name")]
    public void Create_PartThatIsNotAllowed_SaysWhy(string type, string? @namespace, string name, string why) =>
        Should.Throw<FormatException>(() => PackageUrl.Create(type, @namespace, name)).Message.ShouldStartWith($"The parts make no package URL: {why}");

    [Fact]
    public void Create_EmptyParts_AreAbsent() => PackageUrl.Create("npm", "", "a", "", [KeyValuePair.Create("x", "")], "").ToString().ShouldBe("pkg:npm/a");
}
