using System.Buffers;
using System.Text.RegularExpressions;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tags;

/// <summary>The candidates among a repository's tags, and how many were left out for which reason.</summary>
internal sealed record TagSelection(IReadOnlyList<string> Tags, int Found, int Signatures, int Excluded);

/// <summary>What a filter says of a tag.</summary>
internal enum TagVerdict
{
    Candidate,

    /// <summary>It holds signatures or referrers of an image.</summary>
    Signature,

    NotIncluded,

    Excluded,
}

/// <summary>Leaves out the tags that hold signatures, and those that a resource's patterns exclude.</summary>
/// <param name="include">Pattern that a tag must match somewhere; null or empty for all.</param>
/// <param name="exclude">Pattern that a tag must not match; null or empty for none.</param>
/// <exception cref="ArgumentException">A pattern is not valid; validation of the spec reports that before.</exception>
internal sealed class TagFilter(string? include, string? exclude)
{
    private const int Sha256HexLength = 64;
    private const string DigestTagPrefix = "sha256-";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly Regex? _include = Compile(include);
    private readonly Regex? _exclude = Compile(exclude);

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
            switch (Judge(tag, watch.IsMatch))
            {
                case TagVerdict.Candidate:
                    candidates.Add(tag);
                    break;
                case TagVerdict.Signature:
                    signatures++;
                    break;
                default:
                    excluded++;
                    break;
            }
        }

        return new TagSelection(candidates, distinct.Count, signatures, excluded);
    }

    /// <summary>Judges one tag.</summary>
    public TagVerdict Judge(string tag) => Judge(tag, (pattern, judged) => pattern?.IsMatch(judged));

    private TagVerdict Judge(string tag, Func<Regex?, string, bool?> isMatch)
    {
        if (IsSignatureTag(tag)) return TagVerdict.Signature;
        if (isMatch(_include, tag) == false) return TagVerdict.NotIncluded;
        return isMatch(_exclude, tag) == true ? TagVerdict.Excluded : TagVerdict.Candidate;
    }

    /// <summary>Judges one tag and says by which pattern: the steps up to the one that decided.</summary>
    public IEnumerable<DecisionStep> Explain(string tag)
    {
        var verdict = Judge(tag);
        if (verdict is TagVerdict.Signature)
        {
            yield return new DecisionStep(
                "kind of tag", Decision.Stop("SignatureTag", "The tag holds signatures or referrers of an image, and is no image of its own."));
            yield break;
        }

        yield return new DecisionStep("include", ExplainInclude(verdict).By("spec.tagFilter.include", include));
        if (verdict is TagVerdict.NotIncluded) yield break;
        yield return new DecisionStep("exclude", ExplainExclude(verdict).By("spec.tagFilter.exclude", exclude));
    }

    private Decision ExplainInclude(TagVerdict verdict) => verdict switch
    {
        TagVerdict.NotIncluded => Decision.Stop("NotIncluded", "The pattern does not match the tag."),
        _ when _include is null => Decision.Pass("Included", "Without a pattern all tags are included."),
        _ => Decision.Pass("Included", "The pattern matches the tag."),
    };

    private Decision ExplainExclude(TagVerdict verdict) => verdict switch
    {
        TagVerdict.Excluded => Decision.Stop("Excluded", "The pattern matches the tag."),
        _ when _exclude is null => Decision.Pass("NotExcluded", "Without a pattern no tag is excluded."),
        _ => Decision.Pass("NotExcluded", "The pattern does not match the tag."),
    };

    private static Regex? Compile(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern)) return null;
        return TagPattern.TryCompile(pattern, out var regex, out var error) ? regex : throw new ArgumentException(error, nameof(pattern));
    }
}
