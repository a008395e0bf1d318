using System.Text.Json;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>Hands a scanner the manifest and the configuration of its image: what the round has read and, for a scanner that needs it, the rest.</summary>
internal static class DocumentHandover
{
    /// <param name="request">What the scanner is told.</param>
    /// <param name="documents">What the round has read; null where it looks at none.</param>
    /// <param name="isNeeded">True where the scanner can't do without.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ScanException">They are needed, and can't be read.</exception>
    public static async Task<ImageScanRequest> CompleteAsync(
        ImageScanRequest request, ImageDocuments? documents, bool isNeeded, CancellationToken cancellationToken)
    {
        if (documents is null) return request;
        try
        {
            var found = isNeeded ? await documents.ReadAsync(request.Digest, cancellationToken) : documents.Find(request.Digest);
            return found is null ? request : request with { Manifest = found.Manifest.Manifest, Configuration = found.ReadConfiguration() };
        }
        catch (RegistryException failure)
        {
            throw ScanException.From(failure);
        }
        catch (JsonException failure)
        {
            throw new ScanException(
                ScanReasons.InvalidContent, $"The manifest or configuration of {request.Digest} can't be read: {failure.Message}", failure);
        }
    }
}
