using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// Finds out what an attachment is
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage"/>).
/// </summary>
internal static class ArtifactTypes
{
    /// <summary>Every manifest is JSON; an entry of another media type is not a manifest, whichever list it is in.</summary>
    private const string JsonSuffix = "json";

    /// <summary>How the media types of configurations are written.</summary>
    private const string ConfigurationMark = ".config.";

    /// <summary>
    /// The type according to its descriptor; null where only the manifest has it. Registries and tools put the media type of the
    /// configuration there, which for an artifact is mostly the empty one and for an older one may be the type itself.
    /// </summary>
    public static string? Of(Descriptor descriptor)
    {
        if (IsBelieved(descriptor.ArtifactType)) return descriptor.ArtifactType;
        return descriptor.MediaType.Length == 0 || descriptor.MediaType.EndsWith(JsonSuffix, StringComparison.Ordinal) ? null : descriptor.MediaType;
    }

    /// <summary>The type that a manifest declares. An index is reported as an index; its entries are not read.</summary>
    /// <exception cref="System.Text.Json.JsonException">The manifest can't be read.</exception>
    public static string Of(Manifest manifest)
    {
        if (MediaTypes.IsIndex(manifest.MediaType)) return First(manifest.ReadIndex().ArtifactType, manifest.MediaType);
        var image = manifest.ReadImageManifest();
        return First(image.ArtifactType, First(image.Config?.MediaType, manifest.MediaType));
    }

    private static bool IsBelieved(string? type) =>
        !string.IsNullOrEmpty(type) && type != MediaTypes.OciEmpty
        && !MediaTypes.IsImageConfig(type) && !type.Contains(ConfigurationMark, StringComparison.Ordinal);

    private static string First(string? type, string other) => string.IsNullOrEmpty(type) ? other : type;
}
