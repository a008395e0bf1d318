using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Details that were read from verified manifests, and from whose. What a status says of an image, which others may have written, can't be made into one: it
/// serves its own resource alone.
/// </summary>
internal sealed class VerifiedDetails
{
    private VerifiedDetails(Digest digest, Digest shown, ImageDetails details)
    {
        Digest = digest;
        Shown = shown;
        Details = details;
    }

    /// <summary>The manifest or index that they are about.</summary>
    public Digest Digest { get; }

    /// <summary>The manifest whose configuration is shown: of an index, a platform's. Who may not read it may not be shown these details.</summary>
    public Digest Shown { get; }

    public ImageDetails Details { get; }

    /// <summary>Details of a manifest.</summary>
    public static VerifiedDetails Of(VerifiedManifest manifest, ImageDetails details) => new(manifest.Digest, manifest.Digest, details);

    /// <summary>Details of an index, made of those of one of its entries.</summary>
    public static VerifiedDetails Of(VerifiedManifest index, VerifiedDetails shown, ImageDetails details) => new(index.Digest, shown.Shown, details);
}
