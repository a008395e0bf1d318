namespace RegistryOperator.Host.Tags;

/// <summary>
/// Tells floating tags, which move to each new release, from those that name one: <c>1</c>, <c>1.31-alpine</c>, <c>alpine</c> and <c>latest</c> are
/// aliases where <c>1.31.4</c> and <c>1.31.4-alpine</c> are there. Without a full version behind it, a tag stands for itself.
/// </summary>
internal sealed class FloatingTags
{
    /// <summary>These follow the source and no release; they may be newer than all releases.</summary>
    private static readonly HashSet<string> Development = new(StringComparer.OrdinalIgnoreCase)
    {
        "edge", "nightly", "main", "master", "dev", "devel", "develop", "development", "canary", "unstable", "next", "snapshot", "head", "trunk", "tip",
        "rolling", "testing", "test", "experimental", "insiders", "preview", "rawhide", "sid", "staging", "pre", "daily", "weekly", "beta", "alpha",
    };

    private readonly HashSet<(string Family, string Variant, bool IsPreRelease, string Numbers)> _full = [];
    private readonly HashSet<(string Word, string Variant)> _prefixed = [];
    private readonly HashSet<string> _variants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _channels = new(StringComparer.OrdinalIgnoreCase) { "latest" };
    private readonly bool _hasReleases;

    /// <param name="names">All candidates of the repository.</param>
    public FloatingTags(IReadOnlyCollection<TagName> names)
    {
        foreach (var name in names)
        {
            if (name.Version is not { } version) continue;
            for (var parts = 1; parts < version.PartCount; parts++) _full.Add((name.Family, name.Variant, version.IsPreRelease, NumbersOf(name, parts)));
            if (IsNumbered(name.PreRelease)) _full.Add((name.Family, name.Variant, true, NumbersOf(name, version.PartCount)));
            if (StartsWithVersion(name)) _variants.Add(name.Variant);
            else if (WordBefore(name) is { Length: > 0 } word) _prefixed.Add((word, name.Variant));
        }

        _variants.Remove("");
        _hasReleases = names.Any(name => StartsWithVersion(name) && name.Version is { PartCount: > 1 });
        if (!_hasReleases) return;
        foreach (var name in names.Where(name => !StartsWithVersion(name)))
        {
            if (ChannelOf(name.Tag.Tag) is { } channel) _channels.Add(channel);
        }

        _channels.ExceptWith(Development);
    }

    /// <summary>True where a full version stands behind the tag.</summary>
    public bool IsFloating(TagName name)
    {
        if (name.Version is { } version && (StartsWithVersion(name) || !_hasReleases))
            return IsFullBehind(name, version.PartCount);
        var tag = name.Tag.Tag;
        if (IsPrefixBehind(tag)) return true;
        if (_hasReleases && (_variants.Contains(tag) || _channels.Contains(tag) || (ChannelOf(tag) is { } channel && _channels.Contains(channel)))) return true;
        return name.Version is { } other && IsFullBehind(name, other.PartCount);
    }

    /// <summary><c>jammy</c> is an alias of <c>jammy-20240808</c>, and <c>bookworm-slim</c> of <c>bookworm-20240812-slim</c>.</summary>
    private bool IsPrefixBehind(string tag)
    {
        if (_prefixed.Contains((tag, ""))) return true;
        for (var end = tag.IndexOf('-', StringComparison.Ordinal); end > 0; end = tag.IndexOf('-', end + 1))
        {
            if (_prefixed.Contains((tag[..end], tag[(end + 1)..]))) return true;
        }

        return false;
    }

    private static string WordBefore(TagName name)
    {
        var start = name.Tag.Tag.AsSpan().IndexOfAnyInRange('0', '9');
        return start > 0 && name.Tag.Tag[start - 1] is '-' or '_' or '.' ? name.Tag.Tag[..(start - 1)] : "";
    }

    private bool IsFullBehind(TagName name, int parts)
    {
        return !IsNumbered(name.PreRelease) && _full.Contains((name.Family, name.Variant, name.Version!.IsPreRelease, NumbersOf(name, parts)));
    }

    /// <summary>A release channel is a word before the variants that versions have: <c>mainline</c> of <c>mainline-alpine</c>; null for none.</summary>
    private string? ChannelOf(string tag)
    {
        for (var end = tag.IndexOf('-', StringComparison.Ordinal); end > 0; end = tag.IndexOf('-', end + 1))
        {
            if (_variants.Contains(tag[(end + 1)..]) && !tag.AsSpan(0, end).ContainsAnyInRange('0', '9')) return tag[..end];
        }

        return null;
    }

    private static bool StartsWithVersion(TagName name) =>
        name.Version is not null && name.Tag.Tag is [>= '0' and <= '9', ..] or ['v' or 'V', >= '0' and <= '9', ..];

    private static string NumbersOf(TagName name, int parts) => string.Join('.', Enumerable.Range(0, parts).Select(name.Version!.Number));

    /// <summary><c>3.15-rc</c> moves from <c>3.15.0b4</c> to <c>3.15.0rc1</c>.</summary>
    private static bool IsNumbered(string preRelease) => preRelease.AsSpan().ContainsAnyInRange('0', '9');
}
