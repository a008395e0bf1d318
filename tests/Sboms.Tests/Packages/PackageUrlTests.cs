using CsCheck;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.Tests.Packages;

/// <summary>The specification's own examples: <see href="https://github.com/package-url/purl-spec"/>.</summary>
public sealed class PackageUrlTests
{
    [Theory]
    [InlineData("pkg:maven/org.apache.commons/io@1.3.4", "maven", "org.apache.commons", "io", "1.3.4", null)]
    [InlineData("pkg:maven/org.apache.commons/io", "maven", "org.apache.commons", "io", null, null)]
    [InlineData("pkg:maven/HTTPClient/HTTPClient@0.3-3", "maven", "HTTPClient", "HTTPClient", "0.3-3", null)]
    [InlineData("pkg:maven/mygroup/myartifact@1.0.0%20Final?mykey=my%20value", "maven", "mygroup", "myartifact", "1.0.0 Final", null)]
    [InlineData(
        "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
        "golang",
        "google.golang.org",
        "genproto",
        "abcdedf",
        "googleapis/api/annotations")]
    [InlineData("pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie", "deb", "debian", "curl", "7.50.3-1", null)]
    [InlineData(
        "pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io",
        "docker",
        "customer",
        "dockerimage",
        "sha256:244fd47e07d1004f0aed9c",
        null)]
    [InlineData("pkg:npm/%40angular/animation@12.3.1", "npm", "@angular", "animation", "12.3.1", null)]
    [InlineData("pkg:nuget/EnterpriseLibrary.Common@6.0.1304", "nuget", null, "EnterpriseLibrary.Common", "6.0.1304", null)]
    [InlineData("pkg:conan/bincrafters/cctz@2.3?channel=stable", "conan", "bincrafters", "cctz", "2.3", null)]
    [InlineData("pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2", "conda", null, "absl-py", "0.4.1", null)]
    [InlineData("pkg:cran/A3@0.9.1", "cran", null, "A3", "0.9.1", null)]
    [InlineData("pkg:swift/github.com/Alamofire/Alamofire@5.4.3", "swift", "github.com/Alamofire", "Alamofire", "5.4.3", null)]
    [InlineData("pkg:hackage/AC-HalfInteger@1.2.1", "hackage", null, "AC-HalfInteger", "1.2.1", null)]
    [InlineData(
        "pkg:npm/packageurl-js@0.0.7?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fpackage-url%2Fpackageurl-js.git", "npm", null, "packageurl-js", "0.0.7", null)]
    public void Parse_CanonicalText_GivesThePartsAndWritesTheSameText(
        string text, string type, string? @namespace, string name, string? version, string? subpath)
    {
        var packageUrl = PackageUrl.Parse(text);

        (packageUrl.Type, packageUrl.Namespace, packageUrl.Name, packageUrl.Version, packageUrl.Subpath).ShouldBe((type, @namespace, name, version, subpath));
        packageUrl.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(
        "pkg:GOLANG/google.golang.org/genproto#/googleapis/api/annotations/",
        "pkg:golang/google.golang.org/genproto#googleapis/api/annotations",
        "the type is in small letters; slashes around a subpath mean nothing")]
    [InlineData(
        "pkg:bitbucket/birKenfeld/pyGments-main@244fd47e07d1014f0aed9c",
        "pkg:bitbucket/birkenfeld/pygments-main@244fd47e07d1014f0aed9c",
        "Bitbucket's names are not case-sensitive")]
    [InlineData(
        "pkg:github/Package-url/purl-Spec@244fd47e07d1004f0aed9c",
        "pkg:github/package-url/purl-spec@244fd47e07d1004f0aed9c",
        "GitHub's names are not case-sensitive")]
    [InlineData("pkg:PYPI/Django_package@1.11.1.dev1", "pkg:pypi/django-package@1.11.1.dev1", "PyPI's names are not case-sensitive, and have dashes")]
    [InlineData("pkg:gem/jruby-launcher@1.1.2?Platform=java", "pkg:gem/jruby-launcher@1.1.2?platform=java", "keys are in small letters")]
    [InlineData(
        "pkg:Maven/net.sf.jacob-project/jacob@1.14.3?type=dll&classifier=x86",
        "pkg:maven/net.sf.jacob-project/jacob@1.14.3?classifier=x86&type=dll",
        "qualifiers are sorted")]
    [InlineData("pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25", "RPM")]
    [InlineData("pkg:/maven/org.apache.commons/io", "pkg:maven/org.apache.commons/io", "a slash after the scheme means nothing")]
    [InlineData("pkg:///maven//org.apache.commons//io", "pkg:maven/org.apache.commons/io", "more of them don't either")]
    [InlineData("pkg:docker/customer/dockerimage@sha256%3A244fd47e", "pkg:docker/customer/dockerimage@sha256:244fd47e", "a colon is not encoded")]
    [InlineData("pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core@1.0.0", "a scope that is not encoded")]
    [InlineData("pkg:npm/@angular/core", "pkg:npm/%40angular/core", "a scope that is not encoded is no version")]
    [InlineData("pkg:deb/debian/bash@5.2.15-2+b2?arch=", "pkg:deb/debian/bash@5.2.15-2%2Bb2", "a plus stands for itself; an empty qualifier is none")]
    [InlineData("pkg:generic/a@1#x/./../y", "pkg:generic/a@1#x/y", "dots are no segments of a subpath")]
    public void Parse_OtherText_WritesTheCanonicalOne(string text, string canonical, string because) =>
        PackageUrl.Parse(text).ToString().ShouldBe(canonical, because);

    [Theory]
    [InlineData("EnterpriseLibrary.Common@6.0.1304", "it does not start with 'pkg:'")]
    [InlineData("pkg:EnterpriseLibrary.Common@6.0.1304", "it has no type and name, parted by '/'")]
    [InlineData("pkg:hackage", "it has no type and name, parted by '/'")]
    [InlineData("pkg:maven/@1.3.4", "it has no name")]
    [InlineData("pkg:swift/github.com/Alamofire/@5.4.3", "it has no name")]
    [InlineData("pkg:npm/", "it has no name")]
    [InlineData("pkg:n&g/a", "its type is not letters, digits, '.', '+' and '-', starting with a letter")]
    [InlineData("pkg:3nug/a", "its type is not letters, digits, '.', '+' and '-', starting with a letter")]
    [InlineData(
        "pkg:npm/myartifact@1.0.0?in%20production=true", "its qualifier 'in%20production' is not letters, digits, '.', '-' and '_', starting with a letter")]
    [InlineData("pkg:npm/a?b", "its qualifier 'b' has no value")]
    [InlineData("pkg:npm/a?b=1&B=2", "its qualifier 'B' comes twice")]
    [InlineData("pkg:npm/a%2", "its name has a bad percent-encoding")]
    [InlineData("pkg:npm/a@%zz", "its version has a bad percent-encoding")]
    [InlineData("pkg:npm/a@%ff", "its version has a bad percent-encoding")]
    [InlineData("pkg:npm/%/a", "its namespace has a bad percent-encoding")]
    public void Parse_NoPackageUrl_SaysWhy(string text, string reason)
    {
        Should.Throw<FormatException>(() => PackageUrl.Parse(text)).Message.ShouldBe($"'{text}' is no package URL: {reason}.");
        PackageUrl.TryParse(text, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParse_Null_IsFalse() => PackageUrl.TryParse(null, out _).ShouldBeFalse();

    [Fact]
    public void ToString_AnyParts_ParsesBackToEqualOnes()
    {
        var type = Gen.OneOf("deb", "npm", "pypi", "golang", "maven", "generic", "rpm", "x-1.y");
        var segment = Gen.String[Gen.Char["abzAZ09.-_~%@/?#&=+: é€"], 1, 8].Where(text => text.Any(letter => letter is not ('/' or '.')));
        var key = Gen.OneOf("arch", "distro", "epoch", "a.b-c_d");
        Gen.Select(type, segment.Null(), segment.Where(text => !text.Contains('/')), segment.Null(), Gen.Dictionary(key, segment)[0, 3], segment.Null()).Sample(
            (ofType, @namespace, name, version, qualifiers, subpath) =>
            {
                var made = PackageUrl.Create(ofType, @namespace, name, version, qualifiers, subpath);

                var read = PackageUrl.Parse(made.ToString());

                read.ShouldBe(made);
                (read.Type, read.Namespace, read.Name, read.Version, read.Subpath).ShouldBe((made.Type, made.Namespace, made.Name, made.Version, made.Subpath));
                read.Qualifiers.ShouldBe(made.Qualifiers, ignoreOrder: true);
                read.GetHashCode().ShouldBe(made.GetHashCode());
            });
    }

    [Fact]
    public void TryParse_AnyText_NeverThrows() => Gen.String.Sample(text => PackageUrl.TryParse("pkg:" + text, out _) || true);
}
