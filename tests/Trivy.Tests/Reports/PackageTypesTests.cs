using RegistryOperator.Plugins.Trivy.Reports;

namespace RegistryOperator.Trivy.Tests.Reports;

public sealed class PackageTypesTests
{
    [Theory]
    [InlineData("debian", "deb")]
    [InlineData("ubuntu", "deb")]
    [InlineData("alpine", "apk")]
    [InlineData("wolfi", "apk")]
    [InlineData("redhat", "rpm")]
    [InlineData("centos", "rpm")]
    [InlineData("opensuse-leap", "rpm")]
    [InlineData("suse linux enterprise server", "rpm")]
    [InlineData("gomod", "golang")]
    [InlineData("gobinary", "golang")]
    [InlineData("npm", "npm")]
    [InlineData("pnpm", "npm")]
    [InlineData("node-pkg", "npm")]
    [InlineData("poetry", "pypi")]
    [InlineData("python-pkg", "pypi")]
    [InlineData("bundler", "gem")]
    [InlineData("gemspec", "gem")]
    [InlineData("jar", "maven")]
    [InlineData("gradle", "maven")]
    [InlineData("rustbinary", "cargo")]
    [InlineData("composer", "composer")]
    [InlineData("dotnet-core", "nuget")]
    [InlineData("something-new", null)]
    [InlineData(null, null)]
    public void Find_WithoutPackageUrl_FollowsTheResult(string? resultType, string? expected) => PackageTypes.Find(packageUrl: null, resultType).ShouldBe(expected);

    [Theory]
    [InlineData("pkg:deb/debian/bash@5.2-1", "deb")]
    [InlineData("pkg:npm/%40angular/core@1", "npm")]
    [InlineData("pkg:/x", "apk")]
    [InlineData("no url", "apk")]
    public void Find_WithPackageUrl_IsItsType(string packageUrl, string expected) => PackageTypes.Find(packageUrl, "alpine").ShouldBe(expected);
}
