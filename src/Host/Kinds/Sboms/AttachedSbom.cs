using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tags;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary>
/// Finds an SBOM that is attached to an image: as a referrer, as <c>oras attach</c> and build tools leave it, or under cosign's tag. SBOMs inside of
/// attestations are signed statements, not documents, and are ignored.
/// </summary>
internal static class AttachedSbom
{
    /// <summary>The largest document taken; a generated one may be larger.</summary>
    private const long MaximumSize = 64 * 1024 * 1024;

    /// <summary>The annotation of cosign's manifests for which part of the image a document describes
    /// (<see href="https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md#scopes"/>).</summary>
    private const string ScopeKey = "dev.sigstore.sbom.scope";

    /// <summary>The first SBOM attached that can be read, preferably in the format asked for; null where there is none.</summary>
    /// <param name="request">The image.</param>
    /// <param name="unreadable">Called for each document that is skipped, with the reason.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">The registry fails.</exception>
    /// <exception cref="JsonException">An attachment's manifest can't be read.</exception>
    public static async Task<ImageScanResult?> FindAsync(ImageScanRequest request, Action<Digest, string> unreadable, CancellationToken cancellationToken)
    {
        if (request.Attachments is not { } attachments) return null;
        var list = await attachments.ListAsync(cancellationToken);
        // Transient: without that place, another document than before might be chosen.
        if (list.Problem is { IsTransient: true } passing) throw passing;
        var wanted = SbomFormat.MediaTypeOf(request.SbomFormat);
        var others = new List<Descriptor>();
        foreach (var attachment in list.Attachments.Where(attachment => IsCandidate(attachment, request.Digest)))
        {
            if (await FindDocumentAsync(attachments, attachment, unreadable, cancellationToken) is not { } document) continue;
            if (document.MediaType != wanted) others.Add(document);
            else if (await ReadAsync(request, document, unreadable, cancellationToken) is { } result) return result;
        }

        foreach (var document in others)
        {
            if (await ReadAsync(request, document, unreadable, cancellationToken) is { } result) return result;
        }

        return list.Problem is null || IsOfTheAttachment(list.Problem) ? null : throw list.Problem;
    }

    /// <summary>An SBOM attached to the index does not describe one platform.</summary>
    private static bool IsCandidate(ImageAttachment attachment, Digest image) =>
        attachment.Subject == image && MediaTypes.IsManifest(attachment.Descriptor.MediaType) && attachment.Source switch
        {
            AttachmentSource.ReferrersApi or AttachmentSource.FallbackTag => true,
            AttachmentSource.CosignTag => attachment.Tag?.EndsWith(CosignTags.SbomSuffix, StringComparison.Ordinal) is true,
            _ => false,
        };

    /// <summary>Anyone with push access can attach anything: a bad attachment must not keep the image from getting a generated SBOM.</summary>
    private static bool IsOfTheAttachment(RegistryException problem) => problem.Kind is RegistryErrorKind.TooLarge or RegistryErrorKind.NotFound;

    private static async Task<Descriptor?> FindDocumentAsync(
        IImageAttachments attachments, ImageAttachment attachment, Action<Digest, string> unreadable, CancellationToken cancellationToken)
    {
        try
        {
            // The artifact type often says something else: the manifest's layers decide.
            var layers = (await attachments.ReadManifestAsync(attachment, cancellationToken)).ReadImageManifest().Layers ?? [];
            var documents = layers.Where(IsWhole).Select(layer => layer with { MediaType = MediaTypeOf(layer) });
            return documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType));
        }
        catch (RegistryException invalid) when (IsOfTheAttachment(invalid))
        {
            unreadable(attachment.Descriptor.Digest, invalid.Message);
            return null;
        }
    }

    private static bool IsWhole(Descriptor layer) => layer.Annotations?.GetValueOrDefault(ScopeKey) is null or "" or "all";

    /// <summary>Cosign had names of its own for SPDX.</summary>
    private static string MediaTypeOf(Descriptor layer) => layer.MediaType is "text/spdx+json" or "spdx+json" ? SbomMediaTypes.SpdxJson : layer.MediaType;

    private static async Task<ImageScanResult?> ReadAsync(
        ImageScanRequest request, Descriptor document, Action<Digest, string> unreadable, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content;
        try
        {
            content = await request.Client.ReadBlobAsync(document, MaximumSize, cancellationToken);
            SbomReader.Read(document.MediaType, content);
        }
        catch (Exception invalid) when (invalid is SbomFormatException or RegistryException { Kind: RegistryErrorKind.TooLarge })
        {
            unreadable(document.Digest, invalid.Message);
            return null;
        }

        return new ImageScanResult { Result = "Attached", Method = ScanMethods.Attached, Documents = [new ReportDocument(document.MediaType, content)] };
    }
}
