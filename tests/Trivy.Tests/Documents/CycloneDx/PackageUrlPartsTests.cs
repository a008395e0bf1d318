using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

public sealed class PackageUrlPartsTests
{
    [Theory]
    [InlineData("pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12.5", "deb", "debian", "libc6", "2.36-9+deb12u1", null)]
    [InlineData("pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&distro=debian-12.5&epoch=1", "deb", "debian", "zlib1g", "1.2.13.dfsg-1", "1")]
    [InlineData("pkg:npm/%40angular/core@1.0.0-beta%2B1", "npm", "@angular", "core", "1.0.0-beta+1", null)]
    [InlineData("pkg:golang/github.com/a/b@v1.2.3#sub/path", "golang", "github.com/a", "b", "v1.2.3", null)]
    [InlineData("pkg:maven/org.example/thing", "maven", "org.example", "thing", "", null)]
    public void Parse_CanonicalUrl_TakesItApart(string url, string type, string space, string name, string version, string? epoch) =>
        PackageUrlParts.Parse(url).ShouldBe(new PackageUrlParts(type, space, name, version, epoch));

    [Theory]
    [InlineData("")]
    [InlineData("lodash@4.17.20")]
    [InlineData("pkg:npm")]
    public void Parse_NoPackageUrl_IsNull(string text) => PackageUrlParts.Parse(text).ShouldBeNull();
}
