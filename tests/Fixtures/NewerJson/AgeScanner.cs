using Microsoft.Extensions.Options;
using Newtonsoft.Json.Linq;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.NewerJson;

/// <summary>Registered by the startup class; looks at all images together.</summary>
internal sealed class AgeScanner(IOptions<AgeSettings> settings, TimeProvider time) : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = new("age", ScannerKind.Custom, "2.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScannerReadiness.Ready(typeof(JObject).Assembly.GetName().Version!.ToString(3)));

    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RegistryScanResult { Result = $"{settings.Value.Unit} before {time.GetUtcNow():yyyy-MM-dd}" });
}
