using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>The lane of a scanner of images.</summary>
internal sealed class FakeLane(ScannerLane lane, GuardedImageScanner scanner)
{
    /// <summary>Whose scans they are.</summary>
    public static readonly ScanOwner Owner = new("team", "registry.example.com");

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, FairGate shared, CancellationToken cancellationToken) =>
        ScanAsync(Owner, request, shared, cancellationToken);

    public Task<ImageScanResult> ScanAsync(ScanOwner whose, ImageScanRequest request, FairGate shared, CancellationToken cancellationToken) =>
        lane.RunAsync(whose, token => scanner.ScanAsync(request, token), shared, cancellationToken);
}
