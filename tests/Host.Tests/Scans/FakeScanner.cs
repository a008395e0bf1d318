using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>A scanner that does what the test says.</summary>
internal sealed class FakeScanner(Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> scan) : IImageScanner
{
    private int _calls;
    private int _readinessCalls;

    public FakeScanner()
        : this((_, _) => Task.FromResult(new ImageScanResult { Result = "Passed" }))
    {
    }

    public ScannerDescriptor Descriptor { get; init; } = new("fake", ScannerKind.Custom, "1.0.0");

    public ScannerReadiness Readiness { get; set; } = ScannerReadiness.Ready("tool 1");

    /// <summary>What the readiness check does; gives <see cref="Readiness"/> where it is null.</summary>
    public Func<CancellationToken, Task<ScannerReadiness>>? OnReadiness { get; set; }

    public int Calls => _calls;

    public int ReadinessCalls => _readinessCalls;

    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readinessCalls);
        return OnReadiness is null ? Readiness : await OnReadiness(cancellationToken);
    }

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return scan(request, cancellationToken);
    }

    public GuardedImageScanner Guarded(TimeProvider? time = null) => new(this, time ?? TimeProvider.System);
}
