using System.ComponentModel.DataAnnotations;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Policies;

public sealed record LayerLimitOptions
{
    /// <summary>Images of more layers than this fail.</summary>
    [Range(1, 127)]
    public int MaximumLayers { get; init; } = 20;
}

/// <summary>Judges an image by its number of layers.</summary>
public sealed class LayerLimitScanner : IImageScanner<LayerLimitOptions>
{
    public ScannerDescriptor Descriptor { get; } = new("layer-limit", new ScannerKind("policy"), "1.0.0")
    {
        Description = "Images of too many layers.",
        OptionsType = typeof(LayerLimitOptions),
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, LayerLimitOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        var manifest = request.Manifest ?? await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken);
        var layers = manifest.ReadImageManifest().Layers ?? [];
        return new ImageScanResult
        {
            Result = layers.Count == 1 ? "1 layer" : $"{layers.Count} layers",
            Verdict = layers.Count <= options.MaximumLayers ? ScanVerdict.Passed : ScanVerdict.Failed,
            Summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["user"] = request.Configuration?.Config?.User ?? "not known" },
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["layers"] = layers.Count },
        };
    }
}
