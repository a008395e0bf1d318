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
}
