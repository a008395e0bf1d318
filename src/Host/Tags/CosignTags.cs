using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// The tags under which cosign stores what it attaches to a manifest: the digest with <c>-</c> for <c>:</c>, and a suffix
/// (<see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery"/>).
/// </summary>
internal static class CosignTags
{
    /// <summary>Of an SBOM (<see href="https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md"/>).</summary>
    public const string SbomSuffix = ".sbom";

    private static readonly string[] Suffixes = [".sig", ".att", SbomSuffix];

    /// <summary>True for the end of such a tag, after the digest.</summary>
    public static bool IsSuffix(ReadOnlySpan<char> text)
    {
        foreach (var suffix in Suffixes)
        {
            if (text.SequenceEqual(suffix)) return true;
        }

        return false;
    }

    /// <summary>The tags of what may be attached to a manifest; none for a digest that is too long for a tag, as sha512 is.</summary>
    public static IEnumerable<string> Of(Digest subject) =>
        Suffixes.Select(suffix => $"{subject.Algorithm}-{subject.Encoded}{suffix}").Where(ImageReference.IsTag);
}
