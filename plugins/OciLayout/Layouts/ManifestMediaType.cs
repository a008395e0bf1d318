using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>What kind of manifest a document is, where no <c>Content-Type</c> tells.</summary>
internal static class ManifestMediaType
{
    /// <summary>The document's own media type; for one that has none, as many OCI manifests, what its members show. Null for any other document.</summary>
    public static string? Find(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object) return null;
        if (document.TryGetProperty("mediaType", out var mediaType) && mediaType.ValueKind == JsonValueKind.String) return mediaType.GetString();
        if (document.TryGetProperty("manifests", out _)) return MediaTypes.OciIndex;
        return document.TryGetProperty("layers", out _) ? MediaTypes.OciManifest : null;
    }
}
