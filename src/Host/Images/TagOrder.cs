using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Host.Images;

/// <summary>A tag with the version it spells, if any.</summary>
internal sealed record VersionedTag(string Tag, TagVersion? Version)
{
    public static VersionedTag Read(string tag) => new(tag, TagVersion.TryParse(tag, out var version) ? version : null);
}

/// <summary>The total order of tags by version: tags that spell none come first, and the text decides what is left.</summary>
internal sealed class TagOrder : IComparer<VersionedTag>
{
    public static TagOrder ByVersion { get; } = new();

    public int Compare(VersionedTag? x, VersionedTag? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var byVersion = (x.Version, y.Version) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            var (left, right) => left.CompareTo(right),
        };
        return byVersion != 0 ? byVersion : string.CompareOrdinal(x.Tag, y.Tag);
    }
}
