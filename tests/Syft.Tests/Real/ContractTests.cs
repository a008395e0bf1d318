using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Conformance;

namespace RegistryOperator.Syft.Tests.Real;

public sealed class ContractTests
{
    [Fact]
    public async Task Scanner_RealSyft_KeepsTheContract()
    {
        var conformance = new ScannerConformance(
            repository => RealSyft.CreateClient(new RegistryClientRequest { Repository = repository }),
            new ScannerConformanceOptions { ConcurrentScans = 2 });
        await conformance.VerifyAsync(RealSyft.CreateScanner(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task CheckReadinessAsync_RealSyft_TellsItsVersion()
    {
        var readiness = await RealSyft.CreateScanner().CheckReadinessAsync(TestContext.Current.CancellationToken);
        readiness.IsReady.ShouldBeTrue(readiness.Reason);
        Version.TryParse(readiness.ToolVersion, out _).ShouldBeTrue(readiness.ToolVersion);
    }
}
