using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;

namespace MyScanner;

/// <summary>Fails images with too many layers: put what you look for in its place.</summary>
public sealed class Scanner : IImageScanner<ScannerOptions>
{
    public ScannerDescriptor Descriptor { get; } = new("my-scanner", ScannerKind.Custom, "1.0.0")
    {
        Description = "Images with too many layers.",
        OptionsType = typeof(ScannerOptions),
        IsRepeatable = true,
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, ScannerOptions options, CancellationToken cancellationToken)
    {
        var layers = await CountLayersAsync(request, cancellationToken);
        var isGood = layers <= options.MaximumLayers;
        return new ImageScanResult
        {
            Result = isGood ? "Passed" : "Failed",
            Verdict = isGood ? ScanVerdict.Passed : ScanVerdict.Failed,
            Summary = new Dictionary<string, string> { ["layers"] = $"{layers}" },
            Figures = new Dictionary<string, double> { ["layers"] = layers },
        };
    }

    private static async Task<int> CountLayersAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var manifest = await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken);
        try
        {
            return manifest.ReadImageManifest().Layers?.Count ?? 0;
        }
        catch (JsonException invalid)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"The image's manifest can't be read: {invalid.Message}", invalid);
        }
    }
}
