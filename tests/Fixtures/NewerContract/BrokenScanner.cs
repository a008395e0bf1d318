using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.NewerContract;

/// <summary>Says that it was built against a contract that this host does not have.</summary>
public sealed class BrokenScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("broken", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = "Passed" });
}
