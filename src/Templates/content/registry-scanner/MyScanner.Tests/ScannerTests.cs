using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace MyScanner.Tests;

public sealed class ScannerTests : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public Task Scanner_KeepsTheContract() =>
        new ScannerConformance(repository => new PlainRegistryClient(_http, repository)).VerifyAsync(new Scanner(), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1, "Failed")]
    [InlineData(2, "Passed")]
    public async Task Scan_ImageOfTwoLayers_FailsWhereOneIsAllowed(int maximumLayers, string result)
    {
        var image = new ImageBuilder().WithLayer(new LayerFile("etc/one", "1")).WithLayer(new LayerFile("etc/two", "2")).Build();
        await using var registry = await InMemoryRegistry.StartAsync(TestContext.Current.CancellationToken);
        registry.Add("team/app", "1.0.0", image);
        var client = new PlainRegistryClient(_http, registry.Repository("team/app"));
        var request = new ImageScanRequest { Repository = client.Repository, Digest = image.Digest, Platform = image.Platform, Client = client };

        var scanned = await new Scanner().ScanAsync(request, new ScannerOptions { MaximumLayers = maximumLayers }, TestContext.Current.CancellationToken);

        Assert.Equal(result, scanned.Result);
    }
}
