using System.Globalization;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// Chooses what is taken of a long list. Anyone who may push attaches what he likes, as often as he likes: what scanners look for must not be hidden by
/// what none of them reads.
/// </summary>
internal static class AttachmentChoice
{
    /// <summary>The most attachments of one kind that are taken of one list: an image has a few, but nothing limits them.</summary>
    public const int MostOfAKind = 50;

    /// <summary>Types by which a registry is asked for signatures where its list is too long: what cosign 3, GitHub and oras write.</summary>
    public static readonly IReadOnlyList<string> AskedFor = ["application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.in-toto+json"];

    private static readonly string[] Signatures =
        ["sigstore", "cosign", "in-toto", "dsse", "attestation", "slsa", "signature"];

    private static readonly string[] Boms = ["bom", "spdx", "cyclonedx", "syft", "vex"];

    /// <summary>In what order they are looked at.</summary>
    private enum Kind
    {
        Signature,
        Bom,

        /// <summary>Its manifest has to be read to know.</summary>
        Unknown,
        Other,
    }

    /// <summary>All of a short list; of a long one, some of each kind.</summary>
    /// <param name="listed">In the registry's order.</param>
    public static IReadOnlyList<FoundAttachment> Choose(IReadOnlyList<FoundAttachment> listed) => listed.Count <= MostOfAKind
        ? listed
        : [.. listed.GroupBy(KindOf).OrderBy(kind => kind.Key).SelectMany(kind => ChooseOfAKind([.. kind]))];

    /// <summary>The newest by their own word, which may be anything, and as many as there is room for in the registry's order.</summary>
    private static IEnumerable<FoundAttachment> ChooseOfAKind(IReadOnlyList<FoundAttachment> kind) => kind
        .Where(found => CreatedAt(found.Descriptor) is not null)
        .OrderByDescending(found => CreatedAt(found.Descriptor))
        .Take(MostOfAKind / 2)
        .Concat(kind)
        .DistinctBy(found => found.Descriptor.Digest)
        .Take(MostOfAKind);

    private static Kind KindOf(FoundAttachment found)
    {
        if (found.Type is not { } type) return Kind.Unknown;
        if (Array.Exists(Signatures, part => type.Contains(part, StringComparison.OrdinalIgnoreCase))) return Kind.Signature;
        return Array.Exists(Boms, part => type.Contains(part, StringComparison.OrdinalIgnoreCase)) ? Kind.Bom : Kind.Other;
    }

    private static DateTimeOffset? CreatedAt(Descriptor descriptor) => DateTimeOffset.TryParse(
        descriptor.Annotations?.GetValueOrDefault(AnnotationKeys.Created), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? created
            : null;
}
