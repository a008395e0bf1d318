namespace RegistryOperator.Reports.Versions;

/// <summary>
/// rpm's order: epoch, version, release (<see href="https://rpm-software-management.github.io/rpm/man/rpm-version.7"/>). A version
/// without a release comes before the same with one, so that the order is total.
/// </summary>
internal sealed class RpmVersionOrder : IComparer<string>
{
    public static RpmVersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        var byEpoch = PackageVersions.CompareDigits(PackageVersions.TakeEpoch(ref left), PackageVersions.TakeEpoch(ref right));
        if (byEpoch != 0) return byEpoch;
        int leftHyphen = left.LastIndexOf('-'), rightHyphen = right.LastIndexOf('-');
        var byVersion = ComparePart(leftHyphen < 0 ? left : left[..leftHyphen], rightHyphen < 0 ? right : right[..rightHyphen]);
        if (byVersion != 0) return byVersion;
        if (leftHyphen < 0 || rightHyphen < 0) return (leftHyphen >= 0).CompareTo(rightHyphen >= 0);
        return ComparePart(left[(leftHyphen + 1)..], right[(rightHyphen + 1)..]);
    }

    private static int ComparePart(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (true)
        {
            left = SkipSeparators(left);
            right = SkipSeparators(right);
            if (left is ['~', ..] || right is ['~', ..])
            {
                // The tilde comes before everything, even the end.
                if (left is not ['~', ..]) return 1;
                if (right is not ['~', ..]) return -1;
                left = left[1..];
                right = right[1..];
                continue;
            }

            if (left is ['^', ..] || right is ['^', ..])
            {
                // The caret comes after the end, and before everything else.
                if (left is not ['^', ..]) return left.Length == 0 ? -1 : 1;
                if (right is not ['^', ..]) return right.Length == 0 ? 1 : -1;
                left = left[1..];
                right = right[1..];
                continue;
            }

            if (left.Length == 0 || right.Length == 0) return left.Length.CompareTo(right.Length);
            var order = CompareSegment(ref left, ref right);
            if (order != 0) return order;
        }
    }

    /// <summary>Numbers come after text.</summary>
    private static int CompareSegment(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        bool leftIsNumber = char.IsAsciiDigit(left[0]), rightIsNumber = char.IsAsciiDigit(right[0]);
        if (leftIsNumber != rightIsNumber) return leftIsNumber ? 1 : -1;
        ReadOnlySpan<char> leftSegment = Take(ref left, leftIsNumber), rightSegment = Take(ref right, leftIsNumber);
        return leftIsNumber ? PackageVersions.CompareDigits(leftSegment, rightSegment) : leftSegment.SequenceCompareTo(rightSegment);
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> part, bool digits)
    {
        var end = 0;
        while (end < part.Length && (digits ? char.IsAsciiDigit(part[end]) : char.IsAsciiLetter(part[end]))) end++;
        var segment = part[..end];
        part = part[end..];
        return segment;
    }

    private static ReadOnlySpan<char> SkipSeparators(ReadOnlySpan<char> part)
    {
        var start = 0;
        while (start < part.Length && !char.IsAsciiLetterOrDigit(part[start]) && part[start] is not ('~' or '^')) start++;
        return part[start..];
    }
}
