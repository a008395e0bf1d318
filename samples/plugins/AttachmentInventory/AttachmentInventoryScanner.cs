using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Scanning;

namespace AttachmentInventory;

/// <summary>Tells what is attached to an image: where, what it is, and how many files it has.</summary>
public sealed class AttachmentInventoryScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("attachment-inventory", ScannerKind.Custom, "1.0.0")
    {
        Description = "What is attached to an image.",
        Subject = ScanSubject.Image,
        Scope = ScanScope.Repository,
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Attachments is not { } attachments) throw new ScanException(ScanReasons.ScannerUnavailable, "The host does not look for attachments.");
        var list = await attachments.ListAsync(cancellationToken);
        var summary = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, attachment) in list.Attachments.Index())
        {
            var files = await CountFilesAsync(attachments, attachment, cancellationToken);
            var subject = request.Platforms.Any(platform => platform.Digest == attachment.Subject) ? "platform" : "image";
            summary[$"{index + 1} {attachment.Source}"] = $"{attachment.ArtifactType} of the {subject}, files: {files}";
        }

        // Nothing is not none: where a place could not be looked at, something may be attached there.
        if (list.Problem is { } problem) summary["incomplete"] = problem.Message;
        var result = list.Attachments.Count > 0 ? "Attached" : list.IsComplete ? "Bare" : "Unknown";
        return new ImageScanResult { Result = result, Summary = summary };
    }

    private static async Task<int> CountFilesAsync(IImageAttachments attachments, ImageAttachment attachment, CancellationToken cancellationToken)
    {
        var manifest = await attachments.ReadManifestAsync(attachment, cancellationToken);
        try
        {
            return manifest.ReadImageManifest().Layers?.Count ?? 0;
        }
        catch (JsonException invalid)
        {
            var message = $"The manifest {manifest.Digest}, which is attached to the image, can't be read: {invalid.Message}";
            throw new ScanException(ScanReasons.InvalidContent, message, invalid);
        }
    }
}
