using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

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

    /// <summary>Why the document can be read in more than one way (<see cref="MemberNames"/>), the end of a sentence; null where it can't.</summary>
    public string? Problem { get; init; }

    /// <summary>The type that the members imply, where the document names none; null where they imply none.</summary>
    public string? Sniffed => this switch
    {
        { HasManifests: true } => MediaTypes.OciIndex,
        { HasLayers: true } => MediaTypes.OciManifest,
        { IsSchema1: true } => MediaTypes.DockerManifestSchema1Signed,
        _ => null,
    };

    /// <summary>Reads the type from the top level, and the names of members as deep as they are acted on, in one pass.</summary>
    /// <exception cref="JsonException">The content is no JSON object.</exception>
    public static ManifestShape Read(ReadOnlySpan<byte> content)
    {
        var shape = default(ManifestShape);
        string? problem = null;
        var reader = new Utf8JsonReader(content);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A manifest is a JSON object.");
        var seen = new MemberNames.Seen(MemberNames.Manifest);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var below = seen.Add(reader, ref problem);
            if (reader.ValueTextEquals("mediaType"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) shape = shape with { MediaType = JsonText.TextOf(reader) };
            }
            else if (reader.ValueTextEquals("schemaVersion"u8))
            {
                reader.Read();
                shape = shape with { IsSchema1 = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) && version == Schema1 };
            }
            else
            {
                if (reader.ValueTextEquals("manifests"u8)) shape = shape with { HasManifests = true };
                else if (reader.ValueTextEquals("layers"u8) || reader.ValueTextEquals("config"u8)) shape = shape with { HasLayers = true };
                reader.Read();
            }

            MemberNames.Look(ref reader, below, ref problem);
        }

        // Throws where anything follows the object.
        while (reader.Read())
        {
        }

        return shape with { Problem = problem };
    }
}
