using AttachmentInventory;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Attached;

/// <summary>The sample, asked for each platform instead of once for the image.</summary>
public sealed class PlatformAttachmentScanner : IImageScanner
{
    private readonly AttachmentInventoryScanner _sample = new();

    public ScannerDescriptor Descriptor => _sample.Descriptor with { Name = "attachments", Subject = ScanSubject.Platform };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => _sample.CheckReadinessAsync(cancellationToken);

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) => _sample.ScanAsync(request, cancellationToken);
}
