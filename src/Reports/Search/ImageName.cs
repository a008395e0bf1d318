using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Reports.Search;

/// <summary>How a user names an image. Parts that are null were not given.</summary>
/// <param name="Repository">The repository, with or without the registry's host.</param>
/// <param name="Tag">The tag.</param>
/// <param name="DigestPrefix">The digest or its beginning, <c>algorithm:hex</c>.</param>
public sealed record ImageName(string? Repository, string? Tag, string? DigestPrefix)
{
    /// <summary>The fewest hexadecimal digits accepted as a digest's prefix.</summary>
    public const int MinimumDigestPrefix = 7;

    private const string DefaultAlgorithm = "sha256:";
    private const string Forms = "Write a digest (sha256:…, at least 7 digits of it), REPOSITORY:TAG, HOST/REPOSITORY:TAG, REPOSITORY@sha256:… or a tag.";

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not an image name.</exception>
    public static ImageName Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new FormatException($"An empty text names no image. {Forms}");
        if (text.Any(char.IsWhiteSpace)) throw new FormatException($"'{text}' names no image: there is a space in it. {Forms}");
        // Tables name repositories by their URLs.
        text = ReportKey.WithoutScheme(text);
        if (text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            // What names both, repository:tag@digest, means the digest.
            var (repository, _) = SplitTag(text[..at]);
            return repository.Length > 0
                ? new ImageName(repository, Tag: null, ReadDigest(text[(at + 1)..], text))
                : throw new FormatException($"'{text}' names no image: there is no repository before '@'. {Forms}");
        }

        var (before, after) = SplitTag(text);
        if (after is null)
        {
            return text.Contains('/', StringComparison.Ordinal)
                ? throw new FormatException($"'{text}' is a repository: name one of its images, e.g. {text}:1.0.")
                : new ImageName(Repository: null, text, IsHexPrefix(text) ? DefaultAlgorithm + text : null);
        }

        if (before is "sha256" or "sha512") return new ImageName(Repository: null, Tag: null, ReadDigest(text, text));
        return before.Length > 0 && after.Length > 0
            ? new ImageName(before, after, DigestPrefix: null)
            : throw new FormatException($"'{text}' names no image: something is missing beside ':'. {Forms}");
    }

    /// <summary>Splits the tag off a name without a digest, at the last colon after the last slash: a colon before that is a port's.</summary>
    /// <returns>The repository, and the tag as it is written; null where there is no colon.</returns>
    public static (string Repository, string? Tag) SplitTag(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? (name[..colon], name[(colon + 1)..]) : (name, null);
    }

    /// <summary>A repository's path without the registry's host.</summary>
    public static string PathOf(string repository)
    {
        var slash = repository.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return repository;
        var first = repository.AsSpan(0, slash);
        // As in image references everywhere: the first part is a host where it looks like one.
        return first.ContainsAny('.', ':') || first is "localhost" ? repository[(slash + 1)..] : repository;
    }

    /// <summary>True where a user means a repository: by its whole name, its URL, without the registry's host, or by Docker Hub's short names.</summary>
    /// <param name="full">Host and repository.</param>
    /// <param name="asked">As the user writes it.</param>
    public static bool IsRepository(string full, string asked)
    {
        asked = ReportKey.WithoutScheme(asked);
        return asked == full || asked == PathOf(full)
            || (ImageReference.TryParse(asked, out var name) && ImageReference.TryParse(full, out var own) && name.Name == own.Name);
    }

    private static string ReadDigest(string digest, string text)
    {
        if (Digest.TryParse(digest, out _) && !IsShort(digest)) return digest;
        var hex = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return IsShort(digest) && IsHexPrefix(hex)
            ? digest
            : throw new FormatException(
                $"'{text}': '{digest}' is not a digest: expected sha256: and at least {MinimumDigestPrefix} of its 64 hexadecimal digits, in lower case.");
    }

    private static bool IsShort(string digest) =>
        digest.StartsWith("sha256:", StringComparison.Ordinal) && digest.Length < 71
            || digest.StartsWith("sha512:", StringComparison.Ordinal) && digest.Length < 135;

    private static bool IsHexPrefix(string text) => text.Length is >= MinimumDigestPrefix and <= 64 && text.All(char.IsAsciiHexDigitLower);
}
