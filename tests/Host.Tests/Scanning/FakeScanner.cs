using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Scanning;

/// <summary>A scanner that does what the test says.</summary>
internal sealed class FakeScanner(Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> scan) : IImageScanner
{
    private int _calls;

    public FakeScanner()
        : this((_, _) => Task.FromResult(new ImageScanResult { Result = "Passed" }))
    {
    }

    public ScannerDescriptor Descriptor { get; init; } = new("fake", ScannerKind.Custom, "1.0.0");

    public ScannerReadiness Readiness { get; set; } = ScannerReadiness.Ready("tool 1");

    public int Calls => _calls;

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Readiness);

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return scan(request, cancellationToken);
    }

    public GuardedImageScanner Guarded(TimeProvider? time = null) => new(this, time ?? TimeProvider.System);
}
