using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>The tags of a repository, taken apart once, and asked for what may take the place of a running one.</summary>
internal sealed class Candidates
{
    private readonly IReadOnlyList<string> _tags;
    private readonly CommitHashes _commits;
    private readonly Dictionary<string, ShapedTag?> _shaped = new(StringComparer.Ordinal);
    private readonly ILookup<(string Prefix, NumberKind Kind, int Parts, string Variant), ShapedTag> _byShape;
    private readonly HashSet<string> _floating;

    /// <param name="tags">All tags of the repository.</param>
    public Candidates(IReadOnlyList<string> tags)
    {
        _tags = tags;
        _commits = new CommitHashes(tags);
        foreach (var tag in tags) _shaped[tag] = TagReader.Read(tag, _commits);
        var shaped = _shaped.Values.OfType<ShapedTag>().ToArray();
        _byShape = shaped.ToLookup(KeyOf);
        _floating = FloatingNames.Of(shaped);
    }

    /// <summary>A tag's parts, also where the repository does not list it; null where it spells no version.</summary>
    public ShapedTag? ShapeOf(string tag)
    {
        if (!_shaped.TryGetValue(tag, out var shaped)) _shaped[tag] = shaped = TagReader.Read(tag, _commits);
        return shaped;
    }

    /// <summary>True for a tag that moves to each new release: it spells no version, or other tags spell it out further, as <c>1.27.3</c> does
    /// <c>1.27</c>.</summary>
    public bool IsFloating(string tag) => ShapeOf(tag) is not { } shaped || _floating.Contains(FloatingNames.NameOf(shaped));

    /// <summary>What may take the place of a running tag, the best first; empty where nothing may, or the tag spells no version.</summary>
    /// <param name="running">The running tag.</param>
    /// <param name="policy">What is allowed.</param>
    public IReadOnlyList<string> NewerThan(string running, UpdatePolicy policy)
    {
        if (policy.Step == UpdateStep.Digest) return [];
        if (policy.Step == UpdateStep.Alphabetical) return Later(running, policy);
        if (ShapeOf(running) is not { } current) return [];
        return
        [
            .. _byShape[KeyOf(current)]
                .Where(tag => IsNewer(tag, current, policy))
                .OrderByDescending(tag => tag, ReleaseOrder.Instance)
                .Select(tag => tag.Tag),
        ];
    }

    /// <summary>True where a tag may take the place of another by its version.</summary>
    public static bool IsNewer(ShapedTag tag, ShapedTag running, UpdatePolicy policy)
    {
        if (!tag.HasShapeOf(running) || tag.CompareReleaseTo(running) <= 0 || !tag.KeepsBaseOf(running)) return false;
        if (tag.IsPreRelease && !policy.TakesPreReleases && (!running.IsPreRelease || tag.Stage < running.Stage)) return false;
        var kept = policy.Step switch
        {
            UpdateStep.Minor => 1,
            UpdateStep.Patch => 2,
            _ => 0,
        };
        if (!tag.Numbers.Take(kept).SequenceEqual(running.Numbers.Take(kept))) return false;
        return policy.Range?.ContainsRelease(tag.Tag[tag.Prefix.Length..]) != false && policy.Pattern?.IsMatch(tag.Tag) != false;
    }

    /// <summary>Names of one form, with digits in the same places, or those that the pattern takes.</summary>
    private IReadOnlyList<string> Later(string running, UpdatePolicy policy)
    {
        var form = FormOf(running);
        return
        [
            .. _tags.Where(tag => string.CompareOrdinal(tag, running) > 0 && (policy.Pattern?.IsMatch(tag) ?? FormOf(tag) == form))
                .OrderDescending(StringComparer.Ordinal),
        ];
    }

    private static string FormOf(string tag) => string.Create(tag.Length, tag, static (form, text) =>
    {
        for (var i = 0; i < form.Length; i++) form[i] = char.IsAsciiDigit(text[i]) ? '#' : text[i];
    });

    private static (string Prefix, NumberKind Kind, int Parts, string Variant) KeyOf(ShapedTag tag) => (tag.Prefix, tag.Kind, tag.Numbers.Count, tag.Variant);
}
