namespace RegistryOperator.Abstractions.Oci;

/// <summary>Media types of manifests, configurations and documents, each named once.</summary>
public static class MediaTypes
{
    /// <summary>OCI image index (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md"/>).</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>OCI image manifest (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md"/>).</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Docker manifest list, schema 2.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Docker image manifest, schema 2.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker image manifest, schema 1 (deprecated): recognised, never inspected.</summary>
    public const string DockerManifestSchema1 = "application/vnd.docker.distribution.manifest.v1+json";

    /// <summary>Signed Docker image manifest, schema 1 (deprecated): recognised, never inspected.</summary>
    public const string DockerManifestSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /// <summary>OCI image configuration.</summary>
    public const string OciImageConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>Docker image configuration.</summary>
    public const string DockerImageConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>The empty JSON object <c>{}</c> that stands for "no configuration" in an artifact manifest.</summary>
    public const string OciEmpty = "application/vnd.oci.empty.v1+json";

    /// <summary>A gzip-compressed OCI layer.</summary>
    public const string OciLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>True for an OCI index or a Docker manifest list.</summary>
    public static bool IsIndex(string? mediaType) => mediaType is OciIndex or DockerManifestList;

    /// <summary>True for an OCI or Docker (schema 2) image manifest.</summary>
    public static bool IsManifest(string? mediaType) => mediaType is OciManifest or DockerManifest;

    /// <summary>True for either form of Docker's schema 1.</summary>
    public static bool IsSchema1(string? mediaType) => mediaType is DockerManifestSchema1 or DockerManifestSchema1Signed;

    /// <summary>True for the configuration of a container image, the mark by which an image differs from any other artifact.</summary>
    public static bool IsImageConfig(string? mediaType) => mediaType is OciImageConfig or DockerImageConfig;

    /// <summary>
    /// True for what says nothing of a configuration: Docker 1.10 and registries of its time wrote such types for images, and clients take these for images
    /// still (<see href="https://github.com/distribution/distribution/issues/1621"/>). The content tells.
    /// </summary>
    public static bool IsUntypedConfig(string? mediaType) => mediaType is null or "" or "application/octet-stream" or "application/json" or "text/html";
}
