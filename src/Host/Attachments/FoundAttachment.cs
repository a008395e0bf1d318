using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Attachments;

/// <summary>An attachment found at one of the places.</summary>
/// <param name="Descriptor">Names its manifest.</param>
/// <param name="Subject">What it is attached to.</param>
/// <param name="Source">Where it was found.</param>
internal sealed record FoundAttachment(Descriptor Descriptor, Digest Subject, AttachmentSource Source)
{
    /// <summary>Its artifact type; null where only its manifest has it.</summary>
    public string? Type { get; init; } = ArtifactTypes.Of(Descriptor);

    /// <summary>By which tag it was found; null for none.</summary>
    public string? Tag { get; init; }

    public ImageAttachment ToAttachment(string type) => new() { Descriptor = Descriptor, ArtifactType = type, Subject = Subject, Source = Source, Tag = Tag };
}
