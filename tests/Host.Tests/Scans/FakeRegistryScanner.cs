using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>A registry scanner that does what the test says, and keeps what it was told.</summary>
internal sealed class FakeRegistryScanner : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; set; } = new("whole", ScannerKind.Custom, "1.0.0");

    public ScannerReadiness Readiness { get; set; } = ScannerReadiness.Ready("tool 1") with { DatabaseVersion = "db 1" };

    public Func<RegistryScanRequest, CancellationToken, Task<RegistryScanResult>> Scan { get; set; } =
        (_, _) => Task.FromResult(new RegistryScanResult { Result = "Passed" });

    public List<RegistryScanRequest> Requests { get; } = [];

    public RegistryScanRequest LastRequest => Requests[^1];

    public int Calls => Requests.Count;

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Readiness);

    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        lock (Requests) Requests.Add(request);
        return Scan(request, cancellationToken);
    }

    public GuardedRegistryScanner Guarded(TimeProvider time) => new(this, time);
}
