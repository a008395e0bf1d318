using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>Decides what a manifest is, where the registry's header and the document may differ or say nothing.</summary>
internal static class ManifestMediaType
{
    /// <summary>
    /// All that is understood, schema 1 included so that it can be told from what does not exist; and last anything, since some registries
    /// answer 404 for an artifact of a type that was not asked for.
    /// </summary>
    public const string Accept =
        MediaTypes.OciIndex + ", " + MediaTypes.OciManifest + ", " + MediaTypes.DockerManifestList + ", " + MediaTypes.DockerManifest + ", " +
        MediaTypes.DockerManifestSchema1Signed + ", " + MediaTypes.DockerManifestSchema1 + ", */*;q=0.1";

    /// <summary>
    /// The type of a manifest. The document's own type counts where it is a known one, for it is what the digest covers; then the header's,
    /// unless the document plainly is something else; then any that the document names; at last what its members amount to.
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

    /// <summary>True for a header that says nothing about what a manifest is.</summary>
    public static bool IsGeneric(string? mediaType) => mediaType
        is null or "" or "application/json" or "text/plain" or "text/html" or "application/octet-stream";

    /// <summary>The type of a response, without parameters such as the character set.</summary>
    public static string? Of(HttpContent content)
    {
        if (!content.Headers.NonValidated.TryGetValues("Content-Type", out var values)) return null;
        var text = values.ToString();
        var end = text.IndexOf(';', StringComparison.Ordinal);
        return end < 0 ? text : text[..end].TrimEnd();
    }
}
