namespace RegistryOperator.Abstractions.Oci;

/// <summary>Annotation and label keys, each named once
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md"/>).</summary>
public static class AnnotationKeys
{
    /// <summary>The tag of a manifest in an OCI image layout.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>containerd's and BuildKit's key for an image's full name, in an OCI image layout.</summary>
    public const string ContainerdImageName = "io.containerd.image.name";

    /// <summary>The reference of the base image.</summary>
    public const string BaseName = "org.opencontainers.image.base.name";

    /// <summary>The digest of the base image.</summary>
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>When the image was created, RFC 3339.</summary>
    public const string Created = "org.opencontainers.image.created";

    /// <summary>Who is responsible for the image.</summary>
    public const string Authors = "org.opencontainers.image.authors";

    /// <summary>Set by BuildKit on an index entry that is not a platform of the image, such as an attestation.</summary>
    public const string DockerReferenceType = "vnd.docker.reference.type";

    /// <summary>The value of <see cref="DockerReferenceType"/> that marks an attestation manifest
    /// (<see href="https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md#attestation-manifest-descriptor"/>).</summary>
    public const string DockerAttestationManifest = "attestation-manifest";

    /// <summary>The digest of the manifest that an attestation manifest is about.</summary>
    public const string DockerReferenceDigest = "vnd.docker.reference.digest";
}
