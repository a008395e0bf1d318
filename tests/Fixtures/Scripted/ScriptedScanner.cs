using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Scripted;

/// <summary>
/// A scanner whose result follows from the image's labels alone, so that what the host makes of it can be compared byte for byte. The label
/// <c>fails</c> lists <c>SCANNER=REASON</c>, separated by spaces.
/// </summary>
public abstract class ScriptedScanner(ScannerDescriptor descriptor) : IImageScanner
{
    private const long LargestConfiguration = 1 << 20;

    public ScannerDescriptor Descriptor { get; } = descriptor;

    public virtual ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        ScannerReadiness.Ready("1.2.3") with { DatabaseVersion = "2026-01-01", DatabaseUpdated = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var manifest = (await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken)).ReadImageManifest();
        var configuration = await request.Client.ReadBlobAsync(manifest.Config!, LargestConfiguration, cancellationToken);
        var labels = LabelsOf(configuration);
        foreach (var failure in labels.GetValueOrDefault("fails", "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (failure.Split('=') is [var scanner, var reason] && scanner == Descriptor.Name)
                throw new ScanException(reason, $"The label says that {scanner} fails with {reason}.");
        }

        return Scan(request, labels);
    }

    /// <summary>Makes the result.</summary>
    protected abstract ImageScanResult Scan(ImageScanRequest request, IReadOnlyDictionary<string, string> labels);

    private static Dictionary<string, string> LabelsOf(ReadOnlyMemory<byte> configuration)
    {
        using var document = JsonDocument.Parse(configuration);
        return document.RootElement.GetProperty("config").TryGetProperty("Labels", out var labels)
            ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)
            : [];
    }
}
