using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Syft.Tests.Support;

/// <summary>Requests for an image that no registry needs to have.</summary>
internal static class Requests
{
    public static Digest Digest { get; } = Digest.Compute("image"u8);

    public static ImageScanRequest For(string registry = "https://registry.example.com", string repository = "team/app") => new()
    {
        Repository = new RepositoryReference(new Uri(registry), repository),
        Digest = Digest,
        Platform = Platform.Parse("linux/amd64"),
        Client = Substitute.For<IRegistryClient>(),
    };
}
