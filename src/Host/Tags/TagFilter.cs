using System.Buffers;
using System.Text.RegularExpressions;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tags;

/// <summary>The candidates among a repository's tags, and how many were left out for which reason.</summary>
internal sealed record TagSelection(IReadOnlyList<string> Tags, int Found, int Signatures, int Excluded);

/// <summary>Leaves out the tags that hold signatures, and those that a resource's patterns exclude.</summary>
internal sealed class TagFilter
{
    private const int Sha256HexLength = 64;
    private const string DigestTagPrefix = "sha256-";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly IReadOnlyList<Regex> _include;
    private readonly IReadOnlyList<Regex> _exclude;
    private readonly VersionRange? _versions;

    /// <param name="include">Patterns of which a tag must match one somewhere; null or empty for all.</param>
    /// <param name="exclude">Patterns of which a tag must match none; null or empty for none.</param>
    /// <param name="versions">A range of versions of which a tag must spell one; null or empty for all.</param>
    /// <exception cref="ArgumentException">A pattern or the range is not valid; validation of the spec reports that before.</exception>
    public TagFilter(TagPatterns? include, TagPatterns? exclude, string? versions = null)
    {
        _include = Compile(include);
        _exclude = Compile(exclude);
        if (string.IsNullOrEmpty(versions)) return;
        _versions = VersionRange.TryParse(versions, out var range, out var error) ? range : throw new ArgumentException(error, nameof(versions));
    }

    /// <summary>
    /// True for cosign's tags (<see cref="CosignTags"/>) and for the fallback tag of the Referrers API
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema"/>).
    /// </summary>
    public static bool IsSignatureTag(string tag)
    {
        if (!tag.StartsWith(DigestTagPrefix, StringComparison.Ordinal) || tag.Length < DigestTagPrefix.Length + Sha256HexLength) return false;
        var hex = tag.AsSpan(DigestTagPrefix.Length, Sha256HexLength);
        var suffix = tag.AsSpan(DigestTagPrefix.Length + Sha256HexLength);
        return !hex.ContainsAnyExcept(LowerHex) && (suffix.IsEmpty || CosignTags.IsSuffix(suffix));
    }

    /// <summary>Filters a repository's tags, keeping their order.</summary>
    public TagSelection Select(IReadOnlyList<string> tags)
    {
        var candidates = new List<string>(tags.Count);
        int signatures = 0, excluded = 0;
        // A plugin's client may list a tag twice; a status must not have two images of one tag.
        var distinct = tags.Distinct(StringComparer.Ordinal).ToList();
        foreach (var tag in distinct)
        {
            if (IsSignatureTag(tag)) signatures++;
            else if (IsExcluded(tag)) excluded++;
            else candidates.Add(tag);
        }

        return new TagSelection(candidates, distinct.Count, signatures, excluded);
    }

    private bool IsExcluded(string tag) =>
        (_include.Count > 0 && !_include.Any(pattern => pattern.IsMatch(tag)))
        || _exclude.Any(pattern => pattern.IsMatch(tag))
        || _versions?.Contains(tag) == false;

    private static IReadOnlyList<Regex> Compile(TagPatterns? patterns) => [.. (patterns?.All ?? []).Where(pattern => pattern.Length > 0).Select(Compile)];

    private static Regex Compile(string pattern) =>
        TagPattern.TryCompile(pattern, out var regex, out var error) ? regex! : throw new ArgumentException(error, nameof(pattern));
}
