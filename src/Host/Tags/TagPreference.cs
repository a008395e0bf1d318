using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tags;

/// <summary>
/// Which of several tags of one time stands for an image: a version before a number of another kind, and that before a word, the higher version, the full one
/// before the floating one, the plain one before its variants.
/// </summary>
internal sealed class TagPreference : IComparer<VersionedTag>
{
    private readonly int _direction;

    private TagPreference(bool highestFirst) => _direction = highestFirst ? -1 : 1;

    public static TagPreference HighestFirst { get; } = new(highestFirst: true);

    public static TagPreference LowestFirst { get; } = new(highestFirst: false);

    public int Compare(VersionedTag? x, VersionedTag? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var byKind = y.Kind.CompareTo(x.Kind);
        if (byKind != 0) return byKind;
        if (x.Version is null || y.Version is null) return _direction * string.CompareOrdinal(x.Tag, y.Tag);

        var byRelease = _direction * x.Version.CompareReleaseTo(y.Version);
        if (byRelease != 0) return byRelease;
        var byParts = y.Version.PartCount.CompareTo(x.Version.PartCount);
        if (byParts != 0) return byParts;
        var byWords = WordsOf(x.Version.Variant).CompareTo(WordsOf(y.Version.Variant));
        if (byWords != 0) return byWords;
        var byLetter = HasLetter(x).CompareTo(HasLetter(y));
        return byLetter != 0 ? byLetter : _direction * NumericTextOrder.Instance.Compare(x.Tag, y.Tag);
    }

    /// <summary>True for <c>v2.0.0</c> where <c>2.0.0</c> is there, too.</summary>
    private static bool HasLetter(VersionedTag tag) => tag.Tag[0] is 'v' or 'V';

    /// <summary>0 for the plain image.</summary>
    private static int WordsOf(string variant) => variant.Length == 0 ? 0 : 1 + variant.Count(character => character is '-' or '_' or '.');
}
