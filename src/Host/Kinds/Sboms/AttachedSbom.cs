using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>Finds an SBOM that is attached to an image as a referrer, as <c>oras attach</c> and build tools leave it.</summary>
internal static class AttachedSbom
{
    /// <summary>The largest document taken; a generated one may be larger.</summary>
    private const long MaximumSize = 64 * 1024 * 1024;

    /// <summary>Referrers looked at: an image has a few, but nothing limits them.</summary>
    private const int MaximumReferrers = 50;

    /// <summary>The first SBOM attached that can be read, preferably in the format asked for; null where there is none.</summary>
    /// <param name="request">The image.</param>
    /// <param name="unreadable">Told of a document that is passed over, and why.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">The registry fails.</exception>
    /// <exception cref="JsonException">A referrer's manifest can't be read.</exception>
    public static async Task<ImageScanResult?> FindAsync(ImageScanRequest request, Action<Digest, string> unreadable, CancellationToken cancellationToken)
    {
        var wanted = SbomFormat.MediaTypeOf(request.SbomFormat);
        var others = new List<Descriptor>();
        var looked = 0;
        await foreach (var referrer in request.Client.ListReferrersAsync(request.Digest, artifactType: null, cancellationToken))
        {
            if (looked++ == MaximumReferrers) break;
            // The descriptor's type is often wrong or missing in fallback indexes: the manifest's own layers tell.
            if (!MediaTypes.IsManifest(referrer.MediaType)) continue;
            var manifest = (await request.Client.GetManifestAsync(referrer.Digest.ToString(), cancellationToken)).ReadImageManifest();
            if (manifest.Layers?.FirstOrDefault(layer => SbomMediaTypes.IsSbom(layer.MediaType)) is not { } document) continue;
            if (document.MediaType != wanted) others.Add(document);
            else if (await ReadAsync(request, document, unreadable, cancellationToken) is { } result) return result;
        }

        foreach (var document in others)
        {
            if (await ReadAsync(request, document, unreadable, cancellationToken) is { } result) return result;
        }

        return null;
    }

    private static async Task<ImageScanResult?> ReadAsync(ImageScanRequest request, Descriptor document, Action<Digest, string> unreadable, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content;
        try
        {
            content = await request.Client.ReadBlobAsync(document, MaximumSize, cancellationToken);
            SbomReader.Read(document.MediaType!, content);
        }
        // Whoever may push there can attach anything: it must not keep the image from an SBOM that is made here.
        catch (Exception invalid) when (invalid is SbomFormatException or RegistryException { Kind: RegistryErrorKind.TooLarge })
        {
            unreadable(document.Digest, invalid.Message);
            return null;
        }

        return new ImageScanResult { Result = "Attached", Method = ScanMethods.Attached, Documents = [new ReportDocument(document.MediaType!, content)] };
    }
}
