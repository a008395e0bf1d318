using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Plugins.Provenance.Documents;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>What an attachment is by its types, before anything of it is read.</summary>
internal static class AttachedMediaTypes
{
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>Begins the types of all versions of Sigstore's bundle.</summary>
    public const string Bundle = "application/vnd.dev.sigstore.bundle";

    /// <summary>The order of what is neither read nor named by its type: what it contains may be read all the same.</summary>
    public const int Unknown = 3;

    private const string Notation = "application/vnd.cncf.notary.signature";

    /// <summary>What is read, by what its artifact type or a layer's media type contains: tools differ in the rest.</summary>
    private static readonly string[] Read = ["sigstore", "cosign", "in-toto", "dsse", "attestation", "provenance", "slsa"];

    private static readonly (string Part, string Type)[] Named =
    [
        ("vex", AttestationTypes.Vex),
        ("spdx", AttestationTypes.Sbom),
        ("cyclonedx", AttestationTypes.Sbom),
        ("syft", AttestationTypes.Sbom),
        ("sbom", AttestationTypes.Sbom),
    ];

    /// <summary>How soon it is read: signatures and provenance before all that may be either, and before what has a type of its own.</summary>
    public static int OrderOf(ImageAttachment attachment)
    {
        if (attachment.Tag is { } tag && attachment.Source == AttachmentSource.CosignTag)
            return tag.EndsWith(".sbom", StringComparison.Ordinal) ? 2 : 0;
        if (attachment.Source == AttachmentSource.IndexEntry) return 0;
        if (NameOf(attachment.ArtifactType) is not null) return 2;
        return IsRead(attachment.ArtifactType) ? 1 : Unknown;
    }

    /// <summary>The word for a type whose content is not read: it has no envelope that could be verified here. Null where it is read.</summary>
    public static string? NameOf(string type)
    {
        if (type == Notation) return AttestationTypes.Notation;
        if (IsRead(type) && !type.Contains("sbom", StringComparison.OrdinalIgnoreCase)) return null;
        return Named.FirstOrDefault(named => type.Contains(named.Part, StringComparison.OrdinalIgnoreCase)).Type;
    }

    public static bool IsRead(string type) => Array.Exists(Read, part => type.Contains(part, StringComparison.OrdinalIgnoreCase));
}
