using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>Decides the media type of a manifest, where the Content-Type header and the document may differ or be silent.</summary>
internal static class ManifestMediaType
{
    /// <summary>
    /// All supported types, and schema 1 so that it can be told from a missing manifest; last <c>*/*</c>, since some registries answer 404 for an
    /// artifact whose type was not requested.
    /// </summary>
    public const string Accept =
        MediaTypes.OciIndex + ", " + MediaTypes.OciManifest + ", " + MediaTypes.DockerManifestList + ", " + MediaTypes.DockerManifest + ", " +
        MediaTypes.DockerManifestSchema1Signed + ", " + MediaTypes.DockerManifestSchema1 + ", */*;q=0.1";

    /// <summary>
    /// The type of a manifest, in this order: the document's own type where it is a known one, since the digest covers it; the header's, unless
    /// the document's members contradict it; any other type that the document names; the type that its members imply.
    /// </summary>
    public static string Decide(in ManifestShape document, string? contentType)
    {
        if (IsKnown(document.MediaType)) return document.MediaType!;
        var sniffed = document.Sniffed;
        if (IsKnown(contentType))
        {
            var isContradicted = sniffed is not null && MediaTypes.IsIndex(contentType) != MediaTypes.IsIndex(sniffed) && !MediaTypes.IsSchema1(contentType);
            return isContradicted ? sniffed! : contentType!;
        }

        if (!string.IsNullOrEmpty(document.MediaType)) return document.MediaType;
        if (!IsGeneric(contentType)) return contentType!;
        return sniffed ?? contentType ?? "";
    }

    public static bool IsKnown(string? mediaType) => MediaTypes.IsIndex(mediaType) || MediaTypes.IsManifest(mediaType) || MediaTypes.IsSchema1(mediaType);

    /// <summary>
    /// True for a header that does not identify a type of manifest: all such types are vendors' (<c>application/vnd.…</c>), what else is sent is what a
    /// server or storage says of any file.
    /// </summary>
    public static bool IsGeneric(string? mediaType) => mediaType?.StartsWith("application/vnd.", StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>The type of a response, without parameters such as the character set.</summary>
    public static string? Of(HttpContent content)
    {
        if (!content.Headers.NonValidated.TryGetValues("Content-Type", out var values)) return null;
        var text = values.ToString();
        var end = text.IndexOf(';', StringComparison.Ordinal);
        return end < 0 ? text : text[..end].TrimEnd();
    }
}
