using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Abstractions.Tests.Images;

public class DockerHubTests
{
    [Theory]
    [InlineData("docker.io", true)]
    [InlineData("index.docker.io", true)]
    [InlineData("Registry-1.Docker.io", true)]
    [InlineData("registry.docker.io", false)]
    [InlineData("docker.io:443", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsHost_Name_IsOneOfItsThree(string? host, bool expected) => DockerHub.IsHost(host).ShouldBe(expected);

    [Theory]
    [InlineData("nginx", "library/nginx")]
    [InlineData("library/nginx", "library/nginx")]
    [InlineData("bitnami/redis", "bitnami/redis")]
    public void FullRepository_Path_OfOnePartIsAnOfficialImages(string path, string expected) => DockerHub.FullRepository(path).ShouldBe(expected);
}
