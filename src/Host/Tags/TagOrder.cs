using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// The total order of tags by version: those that spell none come first, then those whose number is of another kind, and the text decides what is left.
/// </summary>
internal sealed class TagOrder : IComparer<VersionedTag>
{
    public static TagOrder ByVersion { get; } = new();

    public int Compare(VersionedTag? x, VersionedTag? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var byKind = x.Kind.CompareTo(y.Kind);
        if (byKind != 0) return byKind;
        var byVersion = x.Version?.CompareTo(y.Version) ?? 0;
        return byVersion != 0 ? byVersion : string.CompareOrdinal(x.Tag, y.Tag);
    }
}
