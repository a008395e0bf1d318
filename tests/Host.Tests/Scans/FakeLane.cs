using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Execution;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>The lane of a scanner of images.</summary>
internal sealed class FakeLane(ScannerLane lane, GuardedImageScanner scanner) : IDisposable
{
    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, SemaphoreSlim shared, CancellationToken cancellationToken) =>
        lane.RunAsync(token => scanner.ScanAsync(request, token), shared, cancellationToken);

    public void Dispose() => lane.Dispose();
}
