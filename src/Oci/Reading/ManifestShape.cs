using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>What the top level of a manifest says about its type.</summary>
internal readonly record struct ManifestShape(string? MediaType, bool HasManifests, bool HasLayers, bool IsSchema1)
{
    private const int Schema1 = 1;

    /// <summary>
    /// True for a document that some clients read as an index and others as a manifest: two images with one digest
    /// (<see href="https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh"/>).
    /// </summary>
    public bool IsAmbiguous => HasManifests && HasLayers;

    /// <summary>The type that the members imply, where the document names none; null where they imply none.</summary>
    public string? Sniffed => this switch
    {
        { IsSchema1: true } => MediaTypes.DockerManifestSchema1Signed,
        { HasManifests: true } => MediaTypes.OciIndex,
        { HasLayers: true } => MediaTypes.OciManifest,
        _ => null,
    };

    /// <summary>Reads the top level only and skips nested values.</summary>
    /// <exception cref="JsonException">The content is no JSON object.</exception>
    public static ManifestShape Read(ReadOnlySpan<byte> content)
    {
        var shape = default(ManifestShape);
        var reader = new Utf8JsonReader(content);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A manifest is a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("mediaType"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) shape = shape with { MediaType = reader.GetString() };
            }
            else if (reader.ValueTextEquals("schemaVersion"u8))
            {
                reader.Read();
                shape = shape with { IsSchema1 = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) && version == Schema1 };
            }
            else if (reader.ValueTextEquals("manifests"u8))
            {
                shape = shape with { HasManifests = true };
            }
            else if (reader.ValueTextEquals("layers"u8) || reader.ValueTextEquals("config"u8))
            {
                shape = shape with { HasLayers = true };
            }

            reader.Skip();
        }

        // Throws where anything follows the object.
        while (reader.Read())
        {
        }

        return shape;
    }
}
