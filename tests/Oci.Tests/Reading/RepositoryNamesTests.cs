using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class RepositoryNamesTests
{
    [Theory]
    [InlineData("https://docker.io", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://index.docker.io/", "bitnami/redis", "https://registry-1.docker.io/bitnami/redis")]
    [InlineData("https://registry-1.docker.io", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("http://docker.io", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://registry.hub.docker.com", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://docker.io:443", "nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://docker.io.example", "nginx", "https://docker.io.example/nginx")]
    [InlineData("https://docker.io:5000", "library/nginx", "https://registry-1.docker.io/library/nginx")]
    [InlineData("https://r.example", "a-----b", "https://r.example/a-----b")]
    [InlineData("https://r.example:443", "0/1/2/3", "https://r.example/0/1/2/3")]
    [InlineData("https://GHCR.io", "a/b", "https://ghcr.io/a/b")]
    [InlineData("http://127.0.0.1:5000", "nginx", "http://127.0.0.1:5000/nginx")]
    [InlineData("https://r.example", "a__b/c--d/e.f", "https://r.example/a__b/c--d/e.f")]
    public void Normalize_ValidName_GivesItsFullForm(string registry, string repository, string expected) =>
        RepositoryNames.Normalize(new RepositoryReference(new Uri(registry), repository)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("https://r.example", "/a", "is not a repository name")]
    [InlineData("https://r.example", "a/", "is not a repository name")]
    [InlineData("https://r.example", "a..b", "is not a repository name")]
    [InlineData("https://r.example", "a___b", "is not a repository name")]
    [InlineData("https://r.example", "-a", "is not a repository name")]
    [InlineData("https://r.example", "a_", "is not a repository name")]
    [InlineData("https://r.example", "a b", "is not a repository name")]
    [InlineData("https://r.example", "a?x", "is not a repository name")]
    [InlineData("https://r.example", "a%2fb", "is not a repository name")]
    [InlineData("https://r.example/#x", "a", "must not have a path or query")]
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

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Normalize_NameOfThisLength_IsTakenUpToTheLimit(int length, bool isTaken)
    {
        var reference = new RepositoryReference(new Uri("https://r.example"), new string('a', length));

        if (isTaken) RepositoryNames.Normalize(reference).Repository.Length.ShouldBe(length);
        else Should.Throw<RegistryException>(() => RepositoryNames.Normalize(reference)).Message.ShouldContain("is not a repository name");
    }

    [Fact]
    public void Normalize_OfficialNameOfDockerHub_CountsInFull()
    {
        var reference = new RepositoryReference(new Uri("https://docker.io"), new string('a', 250));

        Should.Throw<RegistryException>(() => RepositoryNames.Normalize(reference));
    }

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
