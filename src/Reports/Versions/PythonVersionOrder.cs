using System.Text.RegularExpressions;

namespace RegistryOperator.Reports.Versions;

/// <summary>
/// Python's order: epoch, release, pre-release, post-release, development release, local version
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#summary-of-permitted-suffixes-and-relative-ordering"/>). What is no
/// version by its rules comes before all that are, in the general order.
/// </summary>
internal sealed partial class PythonVersionOrder : IComparer<string>
{
    // Where a part is absent: before all numbers, or after them.
    private const string Lowest = "-";
    private const string Highest = "~";

    public static PythonVersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        Match left = Version().Match(x ?? ""), right = Version().Match(y ?? "");
        if (left.Success != right.Success) return left.Success.CompareTo(right.Success);
        if (!left.Success) return GeneralVersionOrder.Loose.Compare(x, y);
        var order = PackageVersions.CompareDigits(left.Groups["epoch"].ValueSpan, right.Groups["epoch"].ValueSpan);
        if (order == 0) order = CompareRelease(left.Groups["release"].Value, right.Groups["release"].Value);
        if (order == 0) order = PreRelease(left).CompareTo(PreRelease(right));
        if (order == 0) order = CompareNumbers(Number(left, "pren", "0"), Number(right, "pren", "0"));
        if (order == 0) order = CompareNumbers(PostRelease(left), PostRelease(right));
        if (order == 0) order = CompareNumbers(Development(left), Development(right));
        return order != 0 ? order : CompareLocal(left.Groups["local"].Value, right.Groups["local"].Value);
    }

    /// <summary>The version without its local part (<c>+cu118</c>), which a range without one does not ask about.</summary>
    public static string PublicPart(string version) => version.IndexOf('+', StringComparison.Ordinal) is var plus and > 0 ? version[..plus] : version;

    private static int CompareRelease(string left, string right)
    {
        string[] leftParts = left.Split('.'), rightParts = right.Split('.');
        for (var i = 0; i < Math.Max(leftParts.Length, rightParts.Length); i++)
        {
            var order = PackageVersions.CompareDigits(i < leftParts.Length ? leftParts[i] : "", i < rightParts.Length ? rightParts[i] : "");
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary>A development release of no pre-release comes before all pre-releases; what has neither comes after them.</summary>
    private static int PreRelease(Match version) => version.Groups["pre"].Value.ToLowerInvariant() switch
    {
        "a" or "alpha" => 1,
        "b" or "beta" => 2,
        "c" or "rc" or "pre" or "preview" => 3,
        _ => version.Groups["dev"].Success && !version.Groups["post"].Success ? 0 : 4,
    };

    private static string PostRelease(Match version) => Number(version, "postn", version.Groups["post"].Success ? "0" : Lowest);

    private static string Development(Match version) => Number(version, "devn", version.Groups["dev"].Success ? "0" : Highest);

    private static string Number(Match version, string group, string absent) => version.Groups[group].Value is { Length: > 0 } number ? number : absent;

    private static int CompareNumbers(string left, string right)
    {
        if (left == right) return 0;
        if (left == Lowest || right == Highest) return -1;
        return left == Highest || right == Lowest ? 1 : PackageVersions.CompareDigits(left, right);
    }

    /// <summary>Numbers come after words, and more parts after fewer.</summary>
    private static int CompareLocal(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0) return left.Length.CompareTo(right.Length);
        char[] separators = ['.', '-', '_'];
        string[] leftParts = left.ToLowerInvariant().Split(separators), rightParts = right.ToLowerInvariant().Split(separators);
        for (var i = 0; i < Math.Min(leftParts.Length, rightParts.Length); i++)
        {
            bool leftIsNumber = leftParts[i].All(char.IsAsciiDigit), rightIsNumber = rightParts[i].All(char.IsAsciiDigit);
            if (leftIsNumber != rightIsNumber) return leftIsNumber ? 1 : -1;
            var order = leftIsNumber ? PackageVersions.CompareDigits(leftParts[i], rightParts[i]) : string.CompareOrdinal(leftParts[i], rightParts[i]);
            if (order != 0) return order;
        }

        return leftParts.Length.CompareTo(rightParts.Length);
    }

    // https://packaging.python.org/en/latest/specifications/version-specifiers/#appendix-parsing-version-strings-with-regular-expressions
    [GeneratedRegex(
        """
        ^\s*v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)
        (?:[-_.]?(?<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<pren>[0-9]+)?)?
        (?<post>-(?<postn>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<postn>[0-9]+)?)?
        (?<dev>[-_.]?dev[-_.]?(?<devn>[0-9]+)?)?
        (?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Version();
}
