using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Syft.Tests.Real;

public sealed class ContractTests
{
    [SyftFact]
    public async Task Scanner_RealSyft_KeepsTheContractAndTellsItsVersion()
    {
        var scanner = RealSyft.CreateScanner();

        var readiness = await scanner.CheckReadinessAsync(TestContext.Current.CancellationToken);

        readiness.IsReady.ShouldBeTrue(readiness.Reason);
        Version.TryParse(readiness.ToolVersion, out _).ShouldBeTrue(readiness.ToolVersion);
        var conformance = new ScannerConformance(
            repository => RealSyft.CreateClient(new RegistryClientRequest { Repository = repository }),
            new ScannerConformanceOptions { ConcurrentScans = 2 });
        await conformance.VerifyAsync(scanner, TestContext.Current.CancellationToken);
    }
}
