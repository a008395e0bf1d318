using System.Text.Json;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Reading;

/// <summary>What the top level of a manifest says about its type.</summary>
internal readonly record struct ManifestShape(string? MediaType, bool HasManifests, bool HasLayers, bool IsSchema1)
{
    private const int Schema1 = 1;

    /// <summary>The members that decide what a document is, as Go's readers compare them.</summary>
    private static readonly Dictionary<string, string> Deciding = new[]
    {
        "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations", "fsLayers", "history", "signatures",
    }.ToDictionary(Fold, StringComparer.Ordinal);

    /// <summary>
    /// True for a document that some clients read as an index and others as a manifest: two images with one digest
    /// (<see href="https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh"/>).
    /// </summary>
    public bool IsAmbiguous => HasManifests && HasLayers;

    /// <summary>
    /// A member that stands there twice, or in another case than the specification's; null for none. Which of two counts, and whether case does, differs
    /// between
    /// readers: again two images with one digest.
    /// </summary>
    public string? Repeated { get; init; }

    /// <summary>The type that the members imply, where the document names none; null where they imply none.</summary>
    public string? Sniffed => this switch
    {
        { HasManifests: true } => MediaTypes.OciIndex,
        { HasLayers: true } => MediaTypes.OciManifest,
        { IsSchema1: true } => MediaTypes.DockerManifestSchema1Signed,
        _ => null,
    };

    /// <summary>Reads the top level only and skips nested values.</summary>
    /// <exception cref="JsonException">The content is no JSON object.</exception>
    public static ManifestShape Read(ReadOnlySpan<byte> content)
    {
        var shape = default(ManifestShape);
        var reader = new Utf8JsonReader(content);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A manifest is a JSON object.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(reader);
            var folded = Fold(name);
            if (!names.Add(folded) || (Deciding.TryGetValue(folded, out var exact) && exact != name)) shape = shape with { Repeated = shape.Repeated ?? name };
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

    /// <summary>An escaped half of a character is no text.</summary>
    private static string NameOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException invalid)
        {
            throw new JsonException("A member's name is no text.", invalid);
        }
    }

    /// <summary>Go's <c>encoding/json</c> compares names without case, in which it takes two letters beyond ASCII for their like in it.</summary>
    private static string Fold(string name) => name.ToLowerInvariant().Replace('\u017F', 's').Replace('\u212A', 'k');
}
