using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.OlderJson;

/// <summary>Found without a startup class. Reports the version of its own dependency.</summary>
public sealed class LicenceScanner(ILogger<LicenceScanner> logger) : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("licences", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Readiness was asked.");
        return ValueTask.FromResult(ScannerReadiness.Ready(typeof(JObject).Assembly.GetName().Version!.ToString(3)));
    }

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = JObject.Parse("""{"verdict":"Passed"}""").Value<string>("verdict")! });
}

/// <summary>Not public, so not a part of the plugin.</summary>
internal sealed class UnfinishedScanner : IImageScanner
{
    public ScannerDescriptor Descriptor => throw new NotSupportedException();

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
