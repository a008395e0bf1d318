using System.Text.RegularExpressions;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>The tags of a repository, taken apart once, and asked for what may take the place of a running one.</summary>
internal sealed class Candidates
{
    /// <summary>So many older, and newer, releases may be the one that a digest is of.</summary>
    private const int MostNear = 4;

    /// <summary>Tags that are remembered as the answers of one kind; a repository with more has room for those of two.</summary>
    private const int MostKept = 1 << 20;

    /// <summary>What an entry weighs beside its tags.</summary>
    private const int EntryWeight = 1000;

    /// <summary>Sentences that are remembered.</summary>
    private const int MostSentences = 1000;

    private readonly IReadOnlyList<string> _tags;
    private readonly PatternTime _time;
    private readonly CommitHashes _commits;
    private readonly Dictionary<string, ShapedTag?> _shaped = new(StringComparer.Ordinal);
    private readonly ILookup<(string Prefix, NumberKind Kind, int Parts, string Variant), ShapedTag> _byShape;
    private readonly Dictionary<(string Prefix, NumberKind Kind, int Parts, string Variant), ShapedTag[]> _newestFirst = [];
    private readonly FloatingNames _floating;
    private readonly HashSet<string> _dated;
    private readonly Dictionary<(string Prefix, NumberKind Kind), int> _longest;

    // Workloads of all namespaces bring policies of their own, as many as they like.
    private readonly BoundedCache<(string Running, string Policy), NewerTags> _newer;
    private readonly BoundedCache<(string Running, string Policy), string> _outside = new(MostSentences);
    private readonly BoundedCache<string, HashSet<string>> _patterns;

    /// <param name="tags">All tags of the repository.</param>
    /// <param name="time">Measures how long users' patterns take.</param>
    public Candidates(IReadOnlyList<string> tags, TimeProvider time)
    {
        _tags = tags;
        _time = new PatternTime(tags.Count, time);
        var kept = Math.Max(MostKept, 2L * tags.Count);
        _newer = new(kept, newer => EntryWeight + newer.Count);
        _patterns = new(kept, matching => EntryWeight + matching.Count, StringComparer.Ordinal);
        _commits = new CommitHashes(tags);
        foreach (var tag in tags) _shaped[tag] = TagReader.Read(tag, _commits);
        _dated = _shaped.Values.OfType<ShapedTag>().Where(tag => tag.Kind == NumberKind.Date && tag.Numbers.Count == FloatingNames.FullVersion)
            .Select(tag => tag.Prefix).ToHashSet(StringComparer.Ordinal);
        foreach (var tag in tags) _shaped[tag] = WithDate(_shaped[tag]);
        var shaped = _shaped.Values.OfType<ShapedTag>().ToArray();
        _byShape = shaped.ToLookup(KeyOf);
        _floating = new FloatingNames(shaped);
        _longest = shaped.GroupBy(tag => (tag.Prefix, tag.Kind)).ToDictionary(group => group.Key, group => group.Max(tag => tag.Numbers.Count));
    }

    /// <summary>The tags that spell a version, a date or a build number.</summary>
    public IEnumerable<ShapedTag> Shaped => _byShape.SelectMany(tags => tags);

    /// <summary>A tag's parts, also where the repository does not list it; null where it spells no version.</summary>
    public ShapedTag? ShapeOf(string tag)
    {
        if (!_shaped.TryGetValue(tag, out var shaped)) _shaped[tag] = shaped = WithDate(TagReader.Read(tag, _commits));
        return shaped;
    }

    /// <summary>True for a tag that moves to each new release: it spells neither a version nor a commit, or other tags spell it out further, as
    /// <c>1.27.3</c> does <c>1.27</c>.</summary>
    public bool IsFloating(string tag) =>
        ShapeOf(tag) is { } shaped ? _floating.Contains(shaped) : !_commits.Mask(tag).Contains(CommitHashes.Masked);

    /// <summary>True for a tag with three numbers, or as many as the repository's longest of its kind, whatever other tags spell it out further.</summary>
    public bool SpellsFullVersion(string tag) =>
        ShapeOf(tag) is { } shaped && !(shaped.IsPreRelease && shaped.StageNumbers.Count == 0) && !_floating.SpellsNoVersion(shaped)
        && (shaped.Numbers.Count >= FloatingNames.FullVersion || shaped.Numbers.Count >= _longest.GetValueOrDefault((shaped.Prefix, shaped.Kind)));

    /// <summary>What may take the place of a running tag, the best first; empty where nothing may, or the tag spells no version.</summary>
    /// <param name="running">The running tag.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="namespace">The namespace of the workload, on whose account the policy's pattern and range are matched.</param>
    /// <param name="cancellationToken">Ends it between two tags.</param>
    /// <exception cref="SlowPatternException">The policy's pattern or range takes too long.</exception>
    public NewerTags NewerThan(string running, UpdatePolicy policy, string @namespace, CancellationToken cancellationToken)
    {
        // Many workloads run one tag under one policy.
        var key = (running, policy.Text);
        if (_newer.Find(key) is { } known) return known;
        var allowed = FindNewer(running, policy, @namespace, cancellationToken);
        var newer = new NewerTags(
            allowed, running, ShapeOf, () => NewerThan(running, UpdatePolicy.Default, @namespace, cancellationToken).Except(allowed).FirstOrDefault());
        _newer.Set(key, newer);
        return newer;
    }

    /// <summary>Why the policy does not let a running version run, and which version it would choose instead; null where it does, or says nothing of
    /// it.</summary>
    /// <exception cref="SlowPatternException">The policy's pattern or range takes too long.</exception>
    public string? OutsideOf(string running, UpdatePolicy policy, string @namespace, CancellationToken cancellationToken)
    {
        if (policy is not { Range: { } range, Step: not (UpdateStep.Digest or UpdateStep.Alphabetical) }) return null;
        // '1.27' may well be the 1.27.5 that '^1.27.2' takes.
        if (ShapeOf(running) is not { Version: { } version } current || range.ContainsRelease(version)) return null;
        if (IsFloating(running) && !SpellsFullVersion(running)) return null;
        var key = (running, policy.Text);
        if (_outside.Find(key) is { } known) return known;
        var possible = Array.FindAll(NewestFirst(current), tag => !tag.IsPreRelease || policy.TakesPreReleases || current.IsPreRelease);
        var chosen = Allowed(possible, policy, @namespace, cancellationToken).FirstOrDefault();
        var sentence = $"{running} is outside the range {range.Text}, "
            + (chosen is null ? "and no tag of its shape is in it" : $"which would choose {chosen.Tag}");
        _outside.Set(key, sentence);
        return sentence;
    }

    /// <summary>True where a candidate's version begins with a year, and the running one's does not: by their numbers alone, nothing shows which is
    /// later.</summary>
    public bool ChangesToYears(string running, string candidate) =>
        ShapeOf(running) is { } current && ShapeOf(candidate)?.CountsByYearsAfter(current) == true;

    /// <summary>Releases next to one, of its shape, the older ones first.</summary>
    public IEnumerable<string> Near(string tag)
    {
        if (ShapeOf(tag) is not { } current) return [];
        var all = NewestFirst(current);
        var found = Array.BinarySearch(all, current, ReleaseOrder.NewestFirst);
        var (newer, older) = found < 0 ? (~found, ~found) : (found, found + 1);
        return all.Skip(older).Take(MostNear).Concat(all.Take(newer).TakeLast(MostNear).Reverse()).Select(other => other.Tag);
    }

    /// <summary>The tags of a version's shape, and where it does not begin with a year, those that do. Many running tags have the same shape.</summary>
    private ShapedTag[] NewestFirst(ShapedTag tag)
    {
        var key = KeyOf(tag);
        if (_newestFirst.TryGetValue(key, out var sorted)) return sorted;
        var tags = tag.Kind == NumberKind.Version ? _byShape[key].Concat(_byShape[key with { Kind = NumberKind.YearVersion }]) : _byShape[key];
        return _newestFirst[key] = [.. tags.Order(ReleaseOrder.NewestFirst)];
    }

    private IReadOnlyList<string> FindNewer(string running, UpdatePolicy policy, string @namespace, CancellationToken cancellationToken)
    {
        if (policy.Step == UpdateStep.Digest) return [];
        if (policy.Step == UpdateStep.Alphabetical) return Later(running, policy, @namespace, cancellationToken);
        if (ShapeOf(running) is not { } current) return [];
        var newer = Array.FindAll(NewestFirst(current), tag => IsNewer(tag, current, policy));
        return [.. Allowed(newer, policy, @namespace, cancellationToken).Select(tag => tag.Tag)];
    }

    /// <summary>Where days have two digits, 2023.12.30 is one, and no thirtieth version of a month.</summary>
    private ShapedTag? WithDate(ShapedTag? tag) =>
        tag is { Kind: NumberKind.YearVersion, Numbers: [_, var month, var day] } && month >= 10 && month <= 12 && day >= 10 && day <= 31
        && _dated.Contains(tag.Prefix)
            ? tag with { Kind = NumberKind.Date }
            : tag;

    /// <summary>True where a tag may take the place of another by its version.</summary>
    private bool IsNewer(ShapedTag tag, ShapedTag running, UpdatePolicy policy)
    {
        if (tag.CompareReleaseTo(running) <= 0 || !tag.KeepsBaseOf(running)) return false;
        if (tag.IsPreRelease && !policy.TakesPreReleases && (!running.IsPreRelease || tag.Stage < running.Stage)) return false;
        if (tag.IsPreRelease && running.IsPreRelease && !IsSameSeries(tag, running)) return false;
        var kept = policy.Step switch
        {
            UpdateStep.Minor => 1,
            UpdateStep.Patch => 2,
            _ => 0,
        };
        return tag.Numbers.Take(kept).SequenceEqual(running.Numbers.Take(kept));
    }

    /// <summary>The tags of the policy's range that its pattern takes.</summary>
    private ShapedTag[] Allowed(ShapedTag[] tags, UpdatePolicy policy, string @namespace, CancellationToken cancellationToken)
    {
        if (policy.Range is { } range)
        {
            tags = _time.Run(@namespace, range.Text, watch => Array.FindAll(tags, tag =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return tag.Version is { } version && watch.ContainsRelease(range, version);
            }));
        }

        if (policy.Pattern is not { } pattern || tags.Length == 0) return tags;
        var matching = Matching(pattern, @namespace, cancellationToken);
        return Array.FindAll(tags, tag => matching.Contains(tag.Tag));
    }

    /// <summary>A tag without a number, which moves, names no numbered snapshot or release candidate for long, and none of these takes its place.</summary>
    private bool IsSameSeries(ShapedTag tag, ShapedTag running) =>
        TagWords.IsSameSeries(tag.StageWord, running.StageWord)
        && (tag.StageNumbers.Count == running.StageNumbers.Count
            || !(TagWords.IsRecurring(tag.StageWord) || _floating.Contains(tag) || _floating.Contains(running)));

    /// <summary>Names of one form, with digits in the same places, or those that the pattern takes.</summary>
    private IReadOnlyList<string> Later(string running, UpdatePolicy policy, string @namespace, CancellationToken cancellationToken)
    {
        var form = FormOf(running);
        var matching = policy.Pattern is { } pattern ? Matching(pattern, @namespace, cancellationToken) : null;
        return
        [
            .. _tags.Distinct(StringComparer.Ordinal).Where(tag => string.CompareOrdinal(tag, running) > 0 && (matching?.Contains(tag) ?? FormOf(tag) == form))
                .OrderDescending(StringComparer.Ordinal),
        ];
    }

    /// <summary>The tags that match, looked at once for all workloads.</summary>
    private HashSet<string> Matching(Regex pattern, string @namespace, CancellationToken cancellationToken)
    {
        var text = pattern.ToString();
        if (_patterns.Find(text) is { } known) return known;
        var matching = _time.Run(@namespace, text, watch => _tags.Where(tag =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return watch.IsMatch(pattern, tag);
        }).ToHashSet(StringComparer.Ordinal));
        _patterns.Set(text, matching);
        return matching;
    }

    private static string FormOf(string tag) => string.Create(tag.Length, tag, static (form, text) =>
    {
        for (var i = 0; i < form.Length; i++) form[i] = char.IsAsciiDigit(text[i]) ? '#' : text[i];
    });

    private static (string Prefix, NumberKind Kind, int Parts, string Variant) KeyOf(ShapedTag tag) => (tag.Prefix, tag.Kind, tag.Numbers.Count, tag.Variant);
}
