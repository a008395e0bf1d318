using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Images;

/// <summary>The documents that say what an image is, as its registry serves them.</summary>
/// <param name="Manifest">The manifest, or the index.</param>
/// <param name="Configuration">The bytes of the image's configuration; null for an index, and for what has none.</param>
internal sealed record ImageDocument(VerifiedManifest Manifest, VerifiedContent? Configuration)
{
    /// <summary>In bytes.</summary>
    public long Size => Manifest.Manifest.Content.Length + (Configuration?.Bytes.Length ?? 0);

    /// <summary>Reads the configuration; null where there is none.</summary>
    public ImageConfiguration? ReadConfiguration() => Configuration?.ReadImageConfiguration();
}
