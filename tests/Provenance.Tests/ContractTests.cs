using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Plugins.Provenance;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

public sealed class ContractTests
{
    [Fact]
    public async Task Scanner_KeepsTheContract()
    {
        using var oci = new OciRegistryClientProvider(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await using var services = Services([]);
        var image = new ImageBuilder().WithLayer(new LayerFile("a", "b")).Build();
        var options = new ScannerConformanceOptions
        {
            SampleImage = image,
            Artifacts =
            [
                new ArtifactBuilder()
                    .WithType(Signed.BundleType)
                    .WithFile(Signed.BundleType, Signed.Bundle(TestKey.Ecdsa(), Signed.Provenance(image)))
                    .WithSubject(image.Descriptor)
                    .Build(),
            ],
        };
        var conformance = new ScannerConformance(repository => oci.CreateClient(new() { Repository = repository }), options);

        await conformance.VerifyAsync(services.GetRequiredService<IImageScanner>(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Scanner_OtherTrustedBuilders_IsAnotherVersion()
    {
        using var usual = Services([]);
        using var other = Services(new() { ["TrustedBuilders"] = "https://ci.test/b" });

        usual.GetRequiredService<IImageScanner>().Descriptor.Version.ShouldBe("2");
        other.GetRequiredService<IImageScanner>().Descriptor.Version.ShouldStartWith("2-");
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        new ProvenanceStartup().ConfigureServices(services, new PluginContext("Provenance", AppContext.BaseDirectory, section));
        return services.BuildServiceProvider();
    }
}
