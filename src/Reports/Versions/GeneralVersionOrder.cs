using System.Buffers;

namespace RegistryOperator.Reports.Versions;

/// <summary>
/// The order of versions that are numbers, mostly. Semantic: a hyphen begins a pre-release (<see href="https://semver.org/#spec-item-11"/>).
/// NuGet ignores case. Composer: the words that it knows (<c>-beta10</c>, <c>-p1</c>) have their order, other words make a pre-release. Loose,
/// for types without rules: known words make a pre-release (<c>1.0rc1</c>, <c>1.0-SNAPSHOT</c>), others come after the release (<c>31.1-jre</c>,
/// <c>1.1.1k</c>). <c>1.0</c> and <c>1.0.0</c> are the same; what follows <c>+</c> does not count.
/// </summary>
internal sealed class GeneralVersionOrder : IComparer<string>
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly string[] ComposerWords = ["dev", "alpha", "a", "beta", "b", "RC", "stable", "patch", "pl", "p"];

    private readonly Func<string, bool> _isPreRelease;
    private readonly StringComparison _comparison;

    private GeneralVersionOrder(Func<string, bool> isPreRelease, StringComparison comparison = StringComparison.Ordinal) =>
        (_isPreRelease, _comparison) = (isPreRelease, comparison);

    public static GeneralVersionOrder Semantic { get; } = new(_ => true);

    public static GeneralVersionOrder NuGet { get; } = new(_ => true, StringComparison.OrdinalIgnoreCase);

    /// <summary>(<see href="https://getcomposer.org/doc/04-schema.md#version"/>)</summary>
    public static GeneralVersionOrder Composer { get; } = new(suffix => !IsComposerWord(suffix));

    public static GeneralVersionOrder Loose { get; } = new(_ => false);

    public int Compare(string? x, string? y)
    {
        Split(x ?? "", out var leftRelease, out var leftPreRelease);
        Split(y ?? "", out var rightRelease, out var rightPreRelease);
        var byRelease = VersionParts.Compare(VersionParts.Read(leftRelease), VersionParts.Read(rightRelease));
        return byRelease != 0 ? byRelease : ComparePreReleases(leftPreRelease, rightPreRelease);
    }

    private void Split(string version, out string release, out string preRelease)
    {
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0) version = version[..plus];
        var hyphen = version.IndexOf('-', StringComparison.Ordinal);
        if (hyphen >= 0 && !_isPreRelease(version[(hyphen + 1)..])) hyphen = -1;
        release = hyphen < 0 ? version : version[..hyphen];
        preRelease = hyphen < 0 ? "" : version[(hyphen + 1)..];
    }

    private int ComparePreReleases(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0) return right.Length.CompareTo(left.Length);
        string[] leftParts = left.Split('.'), rightParts = right.Split('.');
        for (var i = 0; i < Math.Min(leftParts.Length, rightParts.Length); i++)
        {
            bool leftIsNumber = IsNumber(leftParts[i]), rightIsNumber = IsNumber(rightParts[i]);
            var order = leftIsNumber && rightIsNumber ? PackageVersions.CompareDigits(leftParts[i], rightParts[i])
                : leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1)
                : string.Compare(leftParts[i], rightParts[i], _comparison);
            if (order != 0) return order;
        }

        return leftParts.Length.CompareTo(rightParts.Length);
    }

    private static bool IsComposerWord(string suffix)
    {
        var letters = suffix.AsSpan().IndexOfAnyExcept(Letters) is var end and >= 0 ? suffix[..end] : suffix;
        return ComposerWords.Contains(letters, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsNumber(string part) => part.Length > 0 && !part.AsSpan().ContainsAnyExceptInRange('0', '9');
}
