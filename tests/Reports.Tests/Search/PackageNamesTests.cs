using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Tests.Search;

/// <summary>Which names mean the same package.</summary>
public sealed class PackageNamesTests
{
    [Theory]
    [InlineData("Zope.Interface", "pypi", "zope-interface")]
    [InlineData("zope._-interface", "pypi", "zope-interface")]
    [InlineData("Newtonsoft.Json", "nuget", "newtonsoft.json")]
    [InlineData("OpenSSL", "deb", "OpenSSL")]
    [InlineData("@Angular/Core", "npm", "@Angular/Core")]
    public void Normalize_Name_IsOneFormForAllThatMeanThePackage(string name, string type, string normalized)
    {
        PackageNames.Normalize(name, type).ShouldBe(normalized);
        PackageNames.Forms(name).ShouldContain(normalized, "what is stored is found by the name as it was written");
    }

    [Fact]
    public void Forms_NameThatIsAllFormsAtOnce_IsOne() => PackageNames.Forms("bash").ShouldBe(["bash"]);

    [Theory]
    [InlineData("liblzma5", "deb", "xz-utils", "liblzma5 xz-utils")]
    [InlineData("bash", "deb", "bash", "bash")]
    [InlineData("NetworkManager-libnm", "rpm", "NetworkManager", "NetworkManager-libnm networkmanager-libnm networkmanager")]
    [InlineData("org.apache.logging.log4j:log4j-core", "maven", null, "org.apache.logging.log4j:log4j-core log4j-core")]
    [InlineData("@angular/core", "npm", null, "@angular/core")]
    [InlineData("", "unknown", null, "")]
    public void Lookups_Package_AreItsNamesInAdvisories(string name, string type, string? source, string lookups) =>
        PackageNames.Lookups(name, type, source).ShouldBe(lookups.Split(' '));

    [Theory]
    [InlineData("Log4j-Core", "maven", "log4j-core", true)]
    [InlineData("OpenSSL", "deb", "openssl", true)]
    [InlineData("left_pad", "npm", "left-pad", false)]
    [InlineData("left_pad", "pypi", "left-pad", true)]
    [InlineData("openssl", "deb", "OpenSSL", true)]
    public void IsMeant_NameAsWritten_IgnoresCaseAndTheTypesSpelling(string asked, string type, string lookup, bool isMeant) =>
        PackageNames.IsMeant(asked, lookup, type).ShouldBe(isMeant);
}
