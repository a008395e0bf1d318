namespace RegistryOperator.Reports.Versions;

/// <summary>
/// The order of versions that are numbers, mostly. Semantic: a hyphen begins a pre-release (<see href="https://semver.org/#spec-item-11"/>).
/// Loose, for Python, Java, Ruby and types without rules: known words make a pre-release (<c>1.0rc1</c>, <c>1.0-SNAPSHOT</c>), others
/// come after the release (<c>31.1-jre</c>, <c>1.1.1k</c>). <c>1.0</c> and <c>1.0.0</c> are the same; what follows <c>+</c> does not count.
/// </summary>
internal sealed class GeneralVersionOrder : IComparer<string>
{
    private readonly bool _hyphenBeginsPreRelease;

    private GeneralVersionOrder(bool hyphenBeginsPreRelease) => _hyphenBeginsPreRelease = hyphenBeginsPreRelease;

    public static GeneralVersionOrder Semantic { get; } = new(hyphenBeginsPreRelease: true);

    public static GeneralVersionOrder Loose { get; } = new(hyphenBeginsPreRelease: false);

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
        var hyphen = _hyphenBeginsPreRelease ? version.IndexOf('-', StringComparison.Ordinal) : -1;
        release = hyphen < 0 ? version : version[..hyphen];
        preRelease = hyphen < 0 ? "" : version[(hyphen + 1)..];
    }

    private static int ComparePreReleases(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0) return right.Length.CompareTo(left.Length);
        string[] leftParts = left.Split('.'), rightParts = right.Split('.');
        for (var i = 0; i < Math.Min(leftParts.Length, rightParts.Length); i++)
        {
            bool leftIsNumber = IsNumber(leftParts[i]), rightIsNumber = IsNumber(rightParts[i]);
            var order = leftIsNumber && rightIsNumber ? PackageVersions.CompareDigits(leftParts[i], rightParts[i])
                : leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1)
                : string.CompareOrdinal(leftParts[i], rightParts[i]);
            if (order != 0) return order;
        }

        return leftParts.Length.CompareTo(rightParts.Length);
    }

    private static bool IsNumber(string part) => part.Length > 0 && !part.AsSpan().ContainsAnyExceptInRange('0', '9');
}
