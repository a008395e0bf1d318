using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Tests.Registries;

public sealed class RepositoryReferenceTests
{
    [Theory]
    [InlineData("https://registry.example", "shop/api", "registry.example/shop/api", "https://registry.example/shop/api")]
    [InlineData("http://127.0.0.1:5000", "api", "127.0.0.1:5000/api", "http://127.0.0.1:5000/api")]
    [InlineData("https://registry.example:443/", "shop/api", "registry.example/shop/api", "https://registry.example/shop/api")]
    public void Name_Repository_IsWhatToolsTake(string registry, string repository, string name, string text)
    {
        var reference = new RepositoryReference(new Uri(registry), repository);

        reference.Name.ShouldBe(name);
        reference.ToString().ShouldBe(text);
    }

    [Fact]
    public void ToString_UserInformation_IsLeftOut()
    {
        var reference = new RepositoryReference(new Uri("https://alice:s3cret@registry.example"), "shop/api");

        reference.ToString().ShouldBe("https://registry.example/shop/api");
        reference.Name.ShouldBe("registry.example/shop/api");
    }

    [Theory]
    [InlineData(RegistryErrorKind.Unreachable, true)]
    [InlineData(RegistryErrorKind.TimedOut, true)]
    [InlineData(RegistryErrorKind.RateLimited, true)]
    [InlineData(RegistryErrorKind.ServerError, true)]
    [InlineData(RegistryErrorKind.Unauthorized, false)]
    [InlineData(RegistryErrorKind.Denied, false)]
    [InlineData(RegistryErrorKind.NotFound, false)]
    [InlineData(RegistryErrorKind.TlsFailure, false)]
    [InlineData(RegistryErrorKind.DigestMismatch, false)]
    public void IsTransient_Kind_TellsWhetherToTryAgain(RegistryErrorKind kind, bool transient) =>
        new RegistryException(kind, "message").IsTransient.ShouldBe(transient);
}
