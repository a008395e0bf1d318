using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Testing.Tests.Conformance;

/// <summary>A scanner that keeps its contract, but for what a test changes.</summary>
internal sealed class FakeScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; init; } = new("layer-count", ScannerKind.Custom, "1.0.0");

    public Func<CancellationToken, ValueTask<ScannerReadiness>> Readiness { get; init; } = _ => ValueTask.FromResult(ScannerReadiness.Ready());

    public Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> Scan { get; init; } = CountLayersAsync;

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => Readiness(cancellationToken);

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) => Scan(request, cancellationToken);

    private static async Task<ImageScanResult> CountLayersAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var manifest = await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken);
        return new ImageScanResult
        {
            Result = "Passed",
            Summary = new Dictionary<string, string> { ["layers"] = $"{manifest.ReadImageManifest().Layers?.Count}" },
            Documents = [new ReportDocument(manifest.MediaType, manifest.Content)],
        };
    }
}

/// <summary>A scanner of whole repositories that keeps its contract.</summary>
internal sealed class FakeRegistryScanner : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; init; } = new("tag-count", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in request.Client.ListTagsAsync(cancellationToken)) count++;
        return new RegistryScanResult { Result = "Counted", Summary = new Dictionary<string, string> { ["tags"] = $"{count}" } };
    }
}

/// <summary>A scanner that the host can't call.</summary>
internal sealed class FakeRootScanner : IScanner
{
    public ScannerDescriptor Descriptor { get; } = new("nothing", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());
}

internal sealed record FakeOptions;

/// <summary>A scanner that forgets to name the type of its options.</summary>
internal sealed class FakeTypedScanner : IImageScanner<FakeOptions>
{
    public ScannerDescriptor Descriptor { get; } = new("typed", ScannerKind.Custom, "1.0.0");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, FakeOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = "Passed" });
}
