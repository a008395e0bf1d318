using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Sigstore.Bundles;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>One signature or statement that is attached to an image, read and not judged.</summary>
/// <param name="Attachment">What holds it.</param>
/// <param name="Type">One of <see cref="AttestationTypes"/>.</param>
internal sealed record Evidence(ImageAttachment Attachment, string Type)
{
    public string? PredicateType { get; init; }

    /// <summary>What it says it is about, of the image's digests: itself, or platforms that are scanned.</summary>
    public IReadOnlyList<Digest> Subjects { get; init; } = [];

    /// <summary>The first of them; null where it names none.</summary>
    public Digest? Subject => Subjects.Count > 0 ? Subjects[0] : null;

    /// <summary>The platform of the image that it is about, where that is none of those that are scanned.</summary>
    public PlatformManifest? OtherPlatform { get; init; }

    /// <summary>The signature with what is signed; null where it is not signed, or can't be read.</summary>
    public SigstoreBundle? Bundle { get; init; }

    /// <summary>How the image was built, as a statement says; null for all else.</summary>
    public BuildFacts? Build { get; init; }

    /// <summary>Why it can't be judged; null where it can.</summary>
    public ContentProblem? Problem { get; init; }

    /// <summary>True where it was not looked at, so that it may be anything: its absence proves nothing.</summary>
    public bool IsUnread { get; init; }

    /// <summary>True for what is signed, whether or not the signature can be verified here.</summary>
    public bool IsSigned => Bundle is not null || Type == AttestationTypes.Notation;
}
