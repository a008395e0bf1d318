using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.MissingDependency;

/// <summary>Needs an assembly that does not come with it.</summary>
public sealed class BrokenScanner : IImageScanner
{
    private readonly string _rules = Newtonsoft.Json.Linq.JObject.Parse("{}").ToString();

    public ScannerDescriptor Descriptor { get; } = new("broken", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = _rules });
}
