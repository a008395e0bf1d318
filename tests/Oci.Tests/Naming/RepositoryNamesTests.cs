using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Naming;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Naming;

public sealed class RepositoryNamesTests
{
    [Theory]
    [InlineData("https://docker.io", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://index.docker.io/", "bitnami/redis", "https://registry-1.docker.io/bitnami/redis")]
    [InlineData("https://registry-1.docker.io", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://GHCR.io", "a/b", "https://ghcr.io/a/b")]
    [InlineData("http://127.0.0.1:5000", "nginx", "http://127.0.0.1:5000/nginx")]
    [InlineData("https://r.example", "a__b/c--d/e.f", "https://r.example/a__b/c--d/e.f")]
    public void Normalize_ValidName_GivesItsFullForm(string registry, string repository, string expected) =>
        RepositoryNames.Normalize(new RepositoryReference(new Uri(registry), repository)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("https://r.example", "A/b", "'A/b' is not a repository name")]
    [InlineData("https://r.example", "a/../b", "is not a repository name")]
    [InlineData("https://r.example", "a//b", "is not a repository name")]
    [InlineData("https://r.example", "a:latest", "is not a repository name")]
    [InlineData("https://r.example", "a\n", "is not a repository name")]
    [InlineData("https://r.example", "", "is not a repository name")]
    [InlineData("https://r.example/prefix", "a", "must not have a path or query ('/prefix')")]
    [InlineData("https://r.example/?x=1", "a", "must not have a path or query")]
    [InlineData("https://bob:secret@r.example", "a", "must not hold a user name or password")]
    [InlineData("ftp://r.example", "a", "'https://host[:port]'")]
    public void Normalize_InvalidName_SaysWhatIsWrong(string registry, string repository, string expected)
    {
        var error = Should.Throw<RegistryException>(() => RepositoryNames.Normalize(new RepositoryReference(new Uri(registry), repository)));

        error.Kind.ShouldBe(RegistryErrorKind.InvalidRequest);
        error.Message.ShouldContain(expected);
        error.Message.ShouldNotContain("secret");
        error.Advice.ShouldNotBeNull();
    }

    [Fact]
    public void Normalize_VeryLongName_IsRefused() =>
        Should.Throw<RegistryException>(() => RepositoryNames.Normalize(new RepositoryReference(new Uri("https://r.example"), new string('a', 256))));

    [Theory]
    [InlineData("https://ghcr.io", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("oci:///tmp/layout", false)]
    [InlineData("relative", false)]
    public void CanServe_Url_ByItsScheme(string url, bool expected)
    {
        using var provider = TestClient.Provider();

        provider.CanServe(new Uri(url, UriKind.RelativeOrAbsolute)).ShouldBe(expected);
        provider.Name.ShouldBe("oci");
    }
}
