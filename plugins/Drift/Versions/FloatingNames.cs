using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>
/// Names that move from release to release, since other tags of the repository spell them out further: <c>1.27</c> where there is <c>1.27.3</c>,
/// <c>1.27.3</c> where there is <c>1.27.3-r1</c>, <c>3.15-rc</c> where there is <c>3.15.0rc1</c>. What stands behind the version is no matter: of
/// <c>11-slim</c> the full version may be <c>11.0.2-jdk-slim</c>. Others move by what they say: <c>1.28-latest</c>, <c>8.11.3-SNAPSHOT</c>,
/// <c>alpine3.18</c>.
/// </summary>
internal sealed partial class FloatingNames
{
    /// <summary>Major, minor and patch.</summary>
    public const int FullVersion = 3;

    /// <summary>Images tagged so are retagged with each build of the version.</summary>
    private const string VersionPrefix = "version-";

    private readonly Dictionary<string, DateTimeOffset> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _updated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _variants = new(StringComparer.Ordinal);

    /// <param name="tags">The tags.</param>
    /// <param name="sinceOf">Since when a tag is there; null for always.</param>
    public FloatingNames(IEnumerable<ShapedTag> tags, Func<string, DateTimeOffset>? sinceOf = null)
    {
        foreach (var tag in tags)
        {
            var since = sinceOf?.Invoke(tag.Tag) ?? DateTimeOffset.MinValue;
            var parts = tag.Numbers.Count;
            for (var shorter = 1; shorter < parts; shorter++) Note(_names, VersionOf(tag, shorter, tag.StageNumbers), since);
            if (tag.StageNumbers.Count > 0)
            {
                for (var shorter = 1; shorter <= parts; shorter++) Note(_names, VersionOf(tag, shorter, []), since);
            }

            if (CountsUpdates(tag)) Note(_updated, VersionOf(tag, parts, tag.StageNumbers), since);
            if (VariantOf(tag) is { } variant) Note(_variants, variant, since);
            if (CountsBuilds(tag)) AddWithoutBuilds(tag, since);
        }
    }

    /// <summary>True for a tag that moves.</summary>
    public bool Contains(ShapedTag tag) => SinceOf(tag) is not null;

    /// <summary>Since when a tag moves, by the first of those that make it so; null for a full version.</summary>
    public DateTimeOffset? SinceOf(ShapedTag tag)
    {
        if (IsChannel(tag)) return DateTimeOffset.MinValue;
        var version = VersionOf(tag, tag.Numbers.Count, tag.StageNumbers);
        DateTimeOffset?[] all =
        [
            Find(_names, NameOf(tag, tag.Variant, tag.Moving)), Find(_names, version), CountsUpdates(tag) ? null : Find(_updated, version), IsVariantSince(tag),
        ];
        return all.Min();
    }

    /// <summary>True for a tag that moves whatever stands beside it: the name of a channel, or of what other tags' versions are built on.</summary>
    public bool SpellsNoVersion(ShapedTag tag) => IsChannel(tag) || IsVariantSince(tag) is not null;

    private DateTimeOffset? IsVariantSince(ShapedTag tag) => tag.Numbers.Count < FullVersion ? Find(_variants, tag.Tag) : null;

    private static DateTimeOffset? Find(Dictionary<string, DateTimeOffset> names, string name) => names.TryGetValue(name, out var since) ? since : null;

    private static void Note(Dictionary<string, DateTimeOffset> names, string name, DateTimeOffset since)
    {
        if (!names.TryGetValue(name, out var earlier) || since < earlier) names[name] = since;
    }

    private static bool IsChannel(ShapedTag tag)
    {
        if (tag.Kind is not (NumberKind.Version or NumberKind.YearVersion) || CountsBuilds(tag) || tag.Variant.Contains('@')) return false;
        if (tag.IsPreRelease) return tag.StageNumbers.Count == 0 && TagWords.IsRecurring(tag.StageWord);
        return tag.Variant.Split('-', '_', '.').Any(TagWords.IsChannel)
            || (tag.Variant == "-dev" && tag.Numbers.Count < FullVersion)
            || (tag.Numbers.Count < FullVersion && TagWords.IsBase(tag.Prefix.TrimEnd('-', '_').Split('-', '_', '.')[^1]));
    }

    /// <summary>'8u402' is a release of '8', as 8.402 would be.</summary>
    private static bool CountsUpdates(ShapedTag tag) => tag.Variant is [not ('-' or '_' or '.'), '#', ..];

    /// <summary>What <c>git describe</c> counts are commits since a release: that names something else.</summary>
    private static bool CountsBuilds(ShapedTag tag) => tag.Moving.Any(part => !part.IsBase) && !tag.Variant.Contains('@');

    /// <summary>'12.4.0-debian-11-r9' is a build of '12.4.0-debian-11', and that one of '12.4.0'; '4.8-20240213-core' is one of '4.8-core'.</summary>
    private void AddWithoutBuilds(ShapedTag tag, DateTimeOffset since)
    {
        var inPrefix = tag.Prefix.Count('#');
        var kept = tag.Moving.Take(inPrefix).ToList();
        var variant = new StringBuilder();
        var end = 0;
        foreach (var (counter, part) in Counter().Matches(tag.Variant).Zip(tag.Moving.Skip(inPrefix)))
        {
            if (counter.Index == 0 && CountsUpdates(tag))
            {
                kept.Add(part);
                continue;
            }

            variant.Append(tag.Variant, end, counter.Index - end);
            end = counter.Index + counter.Length;
            if (!part.IsBase) continue;
            variant.Append(counter.Value);
            kept.Add(part);
        }

        if (kept.Count == tag.Moving.Count) return;
        var text = variant.Append(tag.Variant, end, tag.Variant.Length - end).ToString();
        Note(_names, NameOf(tag, text, kept), since);
        if (kept is not [.., { IsBase: true }] || kept.Count == inPrefix) return;
        if (LastBase().Match(text) is { Success: true } last) Note(_names, NameOf(tag, text[..last.Index], kept[..^1]), since);
    }

    /// <summary>What stands behind the version of a tag.</summary>
    private static string? VariantOf(ShapedTag tag)
    {
        if (tag.IsPreRelease || tag.Prefix is not ("" or "v")) return null;
        var start = tag.Tag.IndexOf('-', StringComparison.Ordinal) + 1;
        return start > 0 && start < tag.Tag.Length && char.IsAsciiLetter(tag.Tag[start]) ? tag.Tag[start..] : null;
    }

    private static string VersionOf(ShapedTag tag, int parts, IReadOnlyList<BigInteger> stage)
    {
        var name = new StringBuilder(tag.Prefix.Replace(VersionPrefix, "", StringComparison.Ordinal))
            .Append(tag.Kind is NumberKind.Date or NumberKind.DashedDate or NumberKind.Build ? '#' : ' ');
        for (var i = 0; i < parts; i++) name.Append(CultureInfo.InvariantCulture, $"{tag.Numbers[i]}.");
        name.Append(' ').Append(tag.StageWord);
        foreach (var number in stage) name.Append(CultureInfo.InvariantCulture, $".{number}");
        return name.ToString();
    }

    private static string NameOf(ShapedTag tag, string variant, IEnumerable<MovingPart> moving)
    {
        var name = new StringBuilder(VersionOf(tag, tag.Numbers.Count, tag.StageNumbers)).Append("  ").Append(variant);
        foreach (var part in moving) name.Append(CultureInfo.InvariantCulture, $" {string.Join('.', part.Numbers)}");
        return name.ToString();
    }

    /// <summary>A number that moves, with the word that it counts.</summary>
    [GeneratedRegex(@"[-_.]?[A-Za-z0-9]*\.?#(\.#)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counter();

    [GeneratedRegex(@"[-_.][A-Za-z]+[-_]?#(\.#)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastBase();
}
