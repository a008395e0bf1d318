using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Integration.Tests.Docs.Examples;

public class SecretScannerTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("token = nothing", "Passed", "0")]
    [InlineData("token = ghp_0123456789abcdefghijABCDEFGHIJ456789", "Failed", "1")]
    public async Task Scan_FileInAnImage_IsLookedInto(string content, string result, string secrets)
    {
        SkipWithoutTrivy();
        await using var registry = await InMemoryRegistry.StartAsync(_cancellation);
        var image = new ImageBuilder().WithLayer(new LayerFile("app/settings.ini", content)).Build();
        registry.Add("team/app", "1.0.0", image);
        var request = new ImageScanRequest
        {
            Repository = registry.Repository("team/app"),
            Digest = image.Digest,
            Platform = Platform.Parse("linux/amd64"),
            Client = CreateClient(registry.Repository("team/app")),
        };

        var scanned = await new SecretScanner(new ProcessToolRunner()).ScanAsync(request, _cancellation);

        scanned.Result.ShouldBe(result);
        scanned.Summary["secrets"].ShouldBe(secrets);
    }

    [Fact]
    public Task Scanner_KeepsTheContract()
    {
        SkipWithoutTrivy();
        return new ScannerConformance(CreateClient).VerifyAsync(new SecretScanner(new ProcessToolRunner()), _cancellation);
    }

    /// <summary>The scanner's tool opens its own connection; the client only says what for.</summary>
    private static IRegistryClient CreateClient(RepositoryReference repository)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(repository);
        return client;
    }

    private static void SkipWithoutTrivy() =>
        Assert.SkipUnless(ServerBinaries.Has("trivy"), "Trivy could not be installed here (tests/Servers/install/build.sh says why).");
}
