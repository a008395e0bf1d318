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

    private readonly Regex? _include;
    private readonly Regex? _exclude;

    /// <param name="include">Pattern that a tag must match somewhere; null or empty for all.</param>
    /// <param name="exclude">Pattern that a tag must not match; null or empty for none.</param>
    /// <exception cref="ArgumentException">A pattern is not valid; validation of the spec reports that before.</exception>
    public TagFilter(string? include, string? exclude)
    {
        _include = Compile(include);
        _exclude = Compile(exclude);
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
    /// <param name="tags">The tags.</param>
    /// <param name="time">Measures how long the patterns take.</param>
    /// <param name="cancellationToken">Ends it between two tags.</param>
    /// <exception cref="SlowPatternException">The patterns take too long.</exception>
    public TagSelection Select(IReadOnlyList<string> tags, TimeProvider time, CancellationToken cancellationToken)
    {
        var watch = new PatternWatch(tags.Count, time);
        var candidates = new List<string>(tags.Count);
        int signatures = 0, excluded = 0;
        // A plugin's client may list a tag twice; a status must not have two images of one tag.
        var distinct = tags.Distinct(StringComparer.Ordinal).ToList();
        foreach (var tag in distinct)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsSignatureTag(tag)) signatures++;
            else if (watch.IsMatch(_include, tag) == false || watch.IsMatch(_exclude, tag) == true) excluded++;
            else candidates.Add(tag);
        }

        return new TagSelection(candidates, distinct.Count, signatures, excluded);
    }

    private static Regex? Compile(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern)) return null;
        return TagPattern.TryCompile(pattern, out var regex, out var error) ? regex : throw new ArgumentException(error, nameof(pattern));
    }
}
