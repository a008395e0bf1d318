using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Tools;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;
using RegistryOperator.Plugins.Syft;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Syft.Tests.Real;

/// <summary>The scanner with the host's own tool runner and the installed Syft.</summary>
internal static class RealSyft
{
    /// <summary>Token servers of tests are other servers of this machine.</summary>
    private static readonly OciClientOptions Linked = new()
    {
        Outbound = new OutboundPolicy(new OutboundOptions { Allow = [AllowedDestination.TryParse("127.0.0.0/8")!] }),
    };

    /// <summary>Makes the scanner, for tests that are skipped without Syft.</summary>
    public static SyftScanner CreateScanner()
    {
        var options = new SyftOptions { Path = ServerBinaries.Find("syft") };
        var tools = new ToolRunner(AppContext.BaseDirectory, PathTrust.Strict, TimeProvider.System, NullLogger<ToolRunner>.Instance);
        return new SyftScanner(new SyftExecutable(options, tools), options, NullLogger<SyftScanner>.Instance);
    }

    public static ImageScanRequest Request(Uri registry, string repository, Digest digest)
    {
        var reference = new RepositoryReference(registry, repository);
        return new ImageScanRequest
        {
            Repository = reference,
            Digest = digest,
            Platform = Platform.Parse("linux/amd64"),
            Client = CreateClient(new RegistryClientRequest { Repository = reference }),
        };
    }

    public static IRegistryClient CreateClient(RegistryClientRequest request) =>
        new OciRegistryClientProvider(Linked, TimeProvider.System, NullLoggerFactory.Instance).CreateClient(request);
}
