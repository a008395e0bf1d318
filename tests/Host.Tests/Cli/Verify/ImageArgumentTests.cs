using RegistryOperator.Host.Cli.Verify;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Cli.Verify;

public class ImageArgumentTests
{
    private const string Digest = "sha256:9fd73996cd2d7ff97580a6bbdd3cc42e1b7608b86210c4340c0098f0cacc3f0a";

    [Theory]
    [InlineData("nginx", "https://registry-1.docker.io", "library/nginx", "latest")]
    [InlineData("nginx:1.27", "https://registry-1.docker.io", "library/nginx", "1.27")]
    [InlineData("docker.io/team/app", "https://registry-1.docker.io", "team/app", "latest")]
    [InlineData("ghcr.io/team/app@" + Digest, "https://ghcr.io", "team/app", Digest)]
    [InlineData("ghcr.io/team/app:1@" + Digest, "https://ghcr.io", "team/app", Digest)]
    [InlineData("registry.test:5000/app:1", "https://registry.test:5000", "app", "1")]
    [InlineData("http://registry.test:5000/app:1", "http://registry.test:5000", "app", "1")]
    [InlineData("127.0.0.1:5000/app:1", "http://127.0.0.1:5000", "app", "1")]
    [InlineData("localhost:5000/app:1", "http://localhost:5000", "app", "1")]
    [InlineData("[::1]:5000/app:1", "http://[::1]:5000", "app", "1")]
    [InlineData("https://localhost:5000/app:1", "https://localhost:5000", "app", "1")]
    [InlineData("10.0.0.1:5000/app:1", "https://10.0.0.1:5000", "app", "1")]
    public void Parse_Image_IsReadAsDockerReadsIt(string text, string url, string repository, string reference)
    {
        var image = ImageArgument.Parse(text);

        (image.ToSpec().Url, image.ToSpec().Repository, image.Reference).ShouldBe((url, repository, reference));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Team/App")]
    [InlineData("ftp://registry.test/app")]
    [InlineData(Digest)]
    [InlineData("team/app@sha256:1")]
    public void Parse_NoImage_IsBadInput(string text) =>
        Should.Throw<InputException>(() => ImageArgument.Parse(text)).Message.ShouldContain("is not an image reference: at character");

    [Theory]
    [InlineData("nginx", "https://registry-1.docker.io", "library/nginx", true)]
    [InlineData("nginx", "https://index.docker.io", "nginx", true)]
    [InlineData("127.0.0.1:5000/app", "http://127.0.0.1:5000", "app", true)]
    [InlineData("registry.test/app", "https://registry.test:443", "app", true)]
    [InlineData("http://registry.test:5000/app", "https://registry.test:5000", "app", false)]
    [InlineData("registry.test/app", "https://registry.test", "app2", false)]
    [InlineData("registry.test/app", "https://other.test", "app", false)]
    [InlineData("registry.test/app", "not a URL", "app", false)]
    public void IsIn_Resource_IsItsRepositoryInItsRegistry(string image, string url, string repository, bool expected) =>
        ImageArgument.Parse(image).IsIn(new RegistryResource { Spec = new RegistrySpec { Url = url, Repository = repository } }).ShouldBe(expected);
}
