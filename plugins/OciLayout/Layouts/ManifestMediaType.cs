using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>What kind of manifest a document is, where no <c>Content-Type</c> tells.</summary>
internal static class ManifestMediaType
{
    /// <summary>The document's own media type; for one that has none, as many OCI manifests, what its members show. Null for any other document.</summary>
    /// <exception cref="JsonException">It is no JSON, or its media type no text.</exception>
    public static string? Find(ReadOnlySpan<byte> content)
    {
        var (hasManifests, hasLayers) = (false, false);
        string? mediaType = null;
        var reader = new Utf8JsonReader(content);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray) reader.Skip();
            if (reader.TokenType is not JsonTokenType.PropertyName) continue;
            var name = JsonText.TextOf(reader);
            reader.Read();
            if (name == "mediaType" && reader.TokenType is JsonTokenType.String) mediaType = JsonText.TextOf(reader);
            hasManifests |= name == "manifests";
            hasLayers |= name == "layers";
            reader.Skip();
        }

        return mediaType ?? (hasManifests ? MediaTypes.OciIndex : hasLayers ? MediaTypes.OciManifest : null);
    }
}
