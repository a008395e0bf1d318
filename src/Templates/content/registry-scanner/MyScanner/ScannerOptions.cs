using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MyScanner;

/// <summary>What a resource may write under <c>spec.scanners[].options</c>.</summary>
public sealed record ScannerOptions
{
    [Range(1, 1000)]
    [Description("The most layers that an image may have.")]
    public int MaximumLayers { get; init; } = 20;
}
