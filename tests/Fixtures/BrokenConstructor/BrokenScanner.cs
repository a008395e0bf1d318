using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.BrokenConstructor;

/// <summary>Fails when it is constructed.</summary>
public sealed class BrokenScanner : IImageScanner
{
    public BrokenScanner() => throw new InvalidOperationException("The licence file is not there.");

    public ScannerDescriptor Descriptor { get; } = new("broken", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = "Passed" });
}
