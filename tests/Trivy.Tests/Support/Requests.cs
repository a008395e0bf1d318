using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Requests to scan, with the host's own client.</summary>
internal static class Requests
{
    /// <summary>Token servers of tests are other servers of this machine.</summary>
    private static readonly OciClientOptions Linked = new()
    {
        Outbound = new OutboundPolicy(new OutboundOptions { Allow = [AllowedDestination.TryParse("127.0.0.0/8")!] }),
    };

    private static readonly RegistryRetryOptions NoRetries = new(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero);

    public static ImageScanRequest Create(
        Uri registry, Digest digest, RegistryCredential? credential = null, TransportSecurity? security = null, string repository = Images.Repository)
    {
        var reference = new RepositoryReference(registry, repository);
        return new ImageScanRequest
        {
            Repository = reference,
            Digest = digest,
            Platform = Platform.Parse("linux/amd64"),
            Client = Client(reference, credential, security),
            Credential = credential ?? RegistryCredential.Anonymous,
            Security = security ?? TransportSecurity.Default,
        };
    }

    /// <summary>A request for the fakes: its registry is never there.</summary>
    public static ImageScanRequest Create(string registry = "https://registry.example") => Create(new Uri(registry), Digest.Compute("image"u8));

    public static IRegistryClient Client(RepositoryReference repository, RegistryCredential? credential = null, TransportSecurity? security = null) =>
        new OciRegistryClientProvider(Linked, TimeProvider.System, NullLoggerFactory.Instance).CreateClient(new RegistryClientRequest
        {
            Repository = repository,
            Credential = credential ?? RegistryCredential.Anonymous,
            Security = security ?? TransportSecurity.Default,
            Retry = NoRetries,
        });

    /// <summary>The request as it comes after <paramref name="result"/> was stored.</summary>
    public static ImageScanRequest After(this ImageScanRequest request, ImageScanResult result, ScannerReadiness readiness) => request with
    {
        Reports = new Stored(new ImageReport
        {
            ToolVersion = readiness.ToolVersion,
            DatabaseVersion = readiness.DatabaseVersion,
            Created = DateTimeOffset.UnixEpoch,
            Documents = result.Documents,
        }),
    };

    private sealed class Stored(ImageReport report) : IImageReports
    {
        public Task<ImageReport?> FindAsync(ScannerKind kind, string scanner, CancellationToken cancellationToken) =>
            Task.FromResult(kind == ScannerKind.Vulnerability && scanner == "trivy" ? report : null);

        public Task<Sbom?> FindSbomAsync(CancellationToken cancellationToken) => Task.FromResult<Sbom?>(null);
    }
}
