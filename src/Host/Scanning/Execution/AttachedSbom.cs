using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>Finds an SBOM that is attached to an image as a referrer, as <c>oras attach</c> and build tools leave it.</summary>
internal static class AttachedSbom
{
    /// <summary>The largest document taken; a generated one may be larger.</summary>
    private const long MaximumSize = 64 * 1024 * 1024;

    /// <summary>Referrers looked at: an image has a few, but nothing limits them.</summary>
    private const int MaximumReferrers = 50;

    /// <summary>The first SBOM attached, preferably in the format asked for; null where there is none.</summary>
    /// <exception cref="RegistryException">The registry fails.</exception>
    public static async Task<ImageScanResult?> FindAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        Descriptor? chosen = null;
        var looked = 0;
        await foreach (var referrer in request.Client.ListReferrersAsync(request.Digest, artifactType: null, cancellationToken))
        {
            if (looked++ == MaximumReferrers) break;
            // The descriptor's type is often wrong or missing in fallback indexes: the manifest's own layers tell.
            if (!MediaTypes.IsManifest(referrer.MediaType)) continue;
            var manifest = (await request.Client.GetManifestAsync(referrer.Digest.ToString(), cancellationToken)).ReadImageManifest();
            var layer = manifest.Layers?.FirstOrDefault(layer => SbomMediaTypes.IsSbom(layer.MediaType));
            if (layer is null) continue;
            if (chosen is null || layer.MediaType == SbomFormat.MediaTypeOf(request.SbomFormat)) chosen = layer;
            if (chosen.MediaType == SbomFormat.MediaTypeOf(request.SbomFormat)) break;
        }

        if (chosen is null) return null;
        var content = await request.Client.ReadBlobAsync(chosen, MaximumSize, cancellationToken);
        return new ImageScanResult { Result = "Attached", Method = ScanMethods.Attached, Documents = [new ReportDocument(chosen.MediaType!, content)] };
    }
}
