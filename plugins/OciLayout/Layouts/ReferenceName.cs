using System.Buffers;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>The tag by which a layout's index knows a manifest.</summary>
internal static class ReferenceName
{
    private const int LongestTag = 128;

    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>
    /// The descriptor's tag, or null where it has none. The image specification leaves open what <c>ref.name</c> holds: most tools write
    /// the tag alone, some the image's full name, of which this takes the tag.
    /// </summary>
    public static string? FindTag(Descriptor descriptor)
    {
        if (descriptor.Annotations is not { } annotations) return null;
        return (annotations.TryGetValue(AnnotationKeys.RefName, out var name) ? ParseTag(name) : null)
            ?? (annotations.TryGetValue(AnnotationKeys.ContainerdImageName, out var image) ? ParseTag(image) : null);
    }

    /// <summary>
    /// True where the descriptor's full name is of a repository, given by its path in whatever registry, or as an image reference: <c>nginx</c> and
    /// <c>library/nginx</c> are Docker Hub's, which <c>docker save</c> writes as <c>nginx</c>, and not <c>bitnami/nginx</c>.
    /// </summary>
    public static bool IsOf(Descriptor descriptor, string repository)
    {
        if (descriptor.Annotations is not { } annotations || !annotations.TryGetValue(AnnotationKeys.ContainerdImageName, out var name)) return false;
        if (!ImageReference.TryParse(name, out var own)) return false;
        return own.Repository == repository || (ImageReference.TryParse(repository, out var asked) && own.Name == asked.Name);
    }

    /// <summary>
    /// The name under which a manifest without a tag is listed: the digits of its digest, since a tag has no colon. crane, Bazel and ko give none.
    /// </summary>
    public static string OfDigest(Descriptor descriptor) =>
        descriptor.Digest.Encoded is var digits && digits.Length <= LongestTag ? digits : digits[..LongestTag];

    private static string? ParseTag(string name)
    {
        // A name with a digest has no tag.
        if (name.Contains('@', StringComparison.Ordinal)) return null;
        var colon = name.LastIndexOf(':');
        var hasTag = colon > name.LastIndexOf('/');
        // A full name without a tag stands for "latest", as everywhere in Docker.
        var tag = hasTag ? name[(colon + 1)..] : name.Contains('/', StringComparison.Ordinal) ? "latest" : name;
        return IsTag(tag) ? tag : null;
    }

    // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
    private static bool IsTag(string text) => text is [not ('.' or '-'), ..] && text.Length <= LongestTag && !text.AsSpan().ContainsAnyExcept(TagCharacters);
}
