using System.Buffers;
using System.Text.RegularExpressions;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tags;

/// <summary>The candidates among a repository's tags, and how many were left out for which reason.</summary>
internal sealed record TagSelection(IReadOnlyList<string> Tags, int Found, int Signatures, int Excluded)
{
    /// <summary>How many a field left out, with its value: the first field of those that would have.</summary>
    public IReadOnlyList<(string Field, int Tags)> ExcludedBy { get; init; } = [];
}

/// <summary>What a filter says of a tag.</summary>
internal enum TagVerdict
{
    Candidate,

    /// <summary>It holds signatures or referrers of an image.</summary>
    Signature,

    NotIncluded,

    Excluded,

    /// <summary>It spells no version of the range.</summary>
    NotInRange,
}

/// <summary>Leaves out the tags that hold signatures, and those that a resource's patterns and its range of versions exclude.</summary>
internal sealed class TagFilter
{
    private const int Sha256HexLength = 64;

    /// <summary>Characters of a field's value in a sentence.</summary>
    private const int MostShown = 100;
    private const string DigestTagPrefix = "sha256-";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly IReadOnlyList<Regex> _include;
    private readonly IReadOnlyList<Regex> _exclude;
    private readonly VersionRange? _versions;
    private readonly string? _range;

    /// <param name="include">Patterns of which a tag must match one somewhere; null or empty for all.</param>
    /// <param name="exclude">Patterns of which a tag must match none; null or empty for none.</param>
    /// <param name="versions">A range of versions of which a tag must spell one; null or empty for all.</param>
    /// <exception cref="ArgumentException">A pattern or the range is not valid; validation of the spec reports that before.</exception>
    public TagFilter(TagPatterns? include, TagPatterns? exclude, string? versions = null)
    {
        _include = Compile(include);
        _exclude = Compile(exclude);
        if (string.IsNullOrEmpty(versions)) return;
        _range = versions;
        _versions = VersionRange.TryParse(versions, out var range, out var error) ? range : throw new ArgumentException(error, nameof(versions));
    }

    /// <summary>The filter that a resource asks for.</summary>
    /// <exception cref="ArgumentException">A pattern or the range is not valid.</exception>
    public static TagFilter Of(TagFilterSpec? spec) => new(spec?.Include, spec?.Exclude, spec?.Versions);

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
        var watch = new PatternWatch("spec.tagFilter", tags.Count, time);
        var candidates = new List<string>(tags.Count);
        int signatures = 0, notIncluded = 0, excluded = 0, notInRange = 0;
        // A plugin's client may list a tag twice; a status must not have two images of one tag.
        var distinct = tags.Distinct(StringComparer.Ordinal).ToList();
        foreach (var tag in distinct)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (Judge(tag, watch.IsMatch, watch.Contains))
            {
                case TagVerdict.Candidate:
                    candidates.Add(tag);
                    break;
                case TagVerdict.Signature:
                    signatures++;
                    break;
                case TagVerdict.NotIncluded:
                    notIncluded++;
                    break;
                case TagVerdict.NotInRange:
                    notInRange++;
                    break;
                default:
                    excluded++;
                    break;
            }
        }

        (string Field, int Tags)[] by =
        [
            (Named("include", string.Join(", ", _include)), notIncluded),
            (Named("exclude", string.Join(", ", _exclude)), excluded),
            (Named("versions", _range), notInRange),
        ];
        return new TagSelection(candidates, distinct.Count, signatures, notIncluded + excluded + notInRange)
        {
            ExcludedBy = [.. by.Where(field => field.Tags > 0)],
        };
    }

    private static string Named(string field, string? value) => $"spec.tagFilter.{field} ({OutsideText.Of(value ?? "", MostShown)})";

    /// <summary>Judges one tag.</summary>
    public TagVerdict Judge(string tag) => Judge(tag, (pattern, judged) => pattern.IsMatch(judged), (range, judged) => range.Contains(judged));

    private TagVerdict Judge(string tag, Func<Regex, string, bool> isMatch, Func<VersionRange, string, bool> contains)
    {
        if (IsSignatureTag(tag)) return TagVerdict.Signature;
        if (_include.Count > 0 && !_include.Any(pattern => isMatch(pattern, tag))) return TagVerdict.NotIncluded;
        if (_exclude.Any(pattern => isMatch(pattern, tag))) return TagVerdict.Excluded;
        return _versions is null || contains(_versions, tag) ? TagVerdict.Candidate : TagVerdict.NotInRange;
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

        yield return new DecisionStep("include", ExplainInclude(verdict).By("spec.tagFilter.include", Deciding(_include, tag)));
        if (verdict is TagVerdict.NotIncluded) yield break;
        yield return new DecisionStep("exclude", ExplainExclude(verdict).By("spec.tagFilter.exclude", Deciding(_exclude, tag)));
        if (verdict is TagVerdict.Excluded || _versions is null) yield break;
        yield return new DecisionStep("versions", ExplainVersions(verdict).By("spec.tagFilter.versions", _range));
    }

    private Decision ExplainInclude(TagVerdict verdict) => verdict switch
    {
        TagVerdict.NotIncluded => Decision.Stop("NotIncluded", NoneMatches(_include)),
        _ when _include.Count == 0 => Decision.Pass("Included", "Without a pattern all tags are included."),
        _ => Decision.Pass("Included", "The pattern matches the tag."),
    };

    private Decision ExplainExclude(TagVerdict verdict) => verdict switch
    {
        TagVerdict.Excluded => Decision.Stop("Excluded", "The pattern matches the tag."),
        _ when _exclude.Count == 0 => Decision.Pass("NotExcluded", "Without a pattern no tag is excluded."),
        _ => Decision.Pass("NotExcluded", NoneMatches(_exclude)),
    };

    private static Decision ExplainVersions(TagVerdict verdict) => verdict is TagVerdict.NotInRange
        ? Decision.Stop("NotInRange", "The tag spells no version of the range, or one of another variant, or a pre-release that the range does not name.")
        : Decision.Pass("InRange", "The tag spells a version of the range.");

    private static string NoneMatches(IReadOnlyList<Regex> patterns) =>
        patterns.Count == 1 ? "The pattern does not match the tag." : $"None of the {patterns.Count} patterns matches the tag.";

    /// <summary>The pattern that matches the tag; where none does, all of them.</summary>
    private static string? Deciding(IReadOnlyList<Regex> patterns, string tag) => patterns.Count == 0
        ? null
        : (patterns.FirstOrDefault(pattern => pattern.IsMatch(tag)) is { } one ? one.ToString() : string.Join(", ", patterns));

    private static IReadOnlyList<Regex> Compile(TagPatterns? patterns) => [.. (patterns?.All ?? []).Where(pattern => pattern.Length > 0).Select(Compile)];

    private static Regex Compile(string pattern) =>
        TagPattern.TryCompile(pattern, out var regex, out var error) ? regex! : throw new ArgumentException(error, nameof(pattern));
}
