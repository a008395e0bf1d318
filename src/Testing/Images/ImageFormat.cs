using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Images;

/// <summary>Whose media types an image or index carries.</summary>
public enum ImageFormat
{
    /// <summary>Open Container Initiative.</summary>
    Oci,

    /// <summary>Docker, schema 2.</summary>
    Docker,
}

internal static class ImageFormatExtensions
{
    // Only the builder needs this one: no scanner has to know it, so it stands here and not in the contract.
    private const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    public static string Manifest(this ImageFormat format) => format is ImageFormat.Docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest;

    public static string Index(this ImageFormat format) => format is ImageFormat.Docker ? MediaTypes.DockerManifestList : MediaTypes.OciIndex;

    public static string Config(this ImageFormat format) => format is ImageFormat.Docker ? MediaTypes.DockerImageConfig : MediaTypes.OciImageConfig;

    public static string Layer(this ImageFormat format) => format is ImageFormat.Docker ? DockerLayerGzip : MediaTypes.OciLayerGzip;
}
