namespace RegistryOperator.Reports.Versions;

/// <summary>dpkg's order: epoch, upstream version, revision (<see href="https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html"/>).</summary>
internal sealed class DebianVersionOrder : IComparer<string>
{
    public static DebianVersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        var byEpoch = PackageVersions.CompareDigits(PackageVersions.TakeEpoch(ref left), PackageVersions.TakeEpoch(ref right));
        if (byEpoch != 0) return byEpoch;
        SplitRevision(left, out var leftUpstream, out var leftRevision);
        SplitRevision(right, out var rightUpstream, out var rightRevision);
        var byUpstream = ComparePart(leftUpstream, rightUpstream);
        return byUpstream != 0 ? byUpstream : ComparePart(leftRevision, rightRevision);
    }

    private static void SplitRevision(ReadOnlySpan<char> version, out ReadOnlySpan<char> upstream, out ReadOnlySpan<char> revision)
    {
        var hyphen = version.LastIndexOf('-');
        upstream = hyphen < 0 ? version : version[..hyphen];
        revision = hyphen < 0 ? [] : version[(hyphen + 1)..];
    }

    /// <summary>Text and numbers in turn. In text letters come before all else but the tilde, which comes even before the end.</summary>
    private static int ComparePart(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 || right.Length > 0)
        {
            while (StartsWithText(left) || StartsWithText(right))
            {
                var order = Weight(left) - Weight(right);
                if (order != 0) return order;
                left = left[1..];
                right = right[1..];
            }

            var byNumber = PackageVersions.CompareDigits(TakeDigits(ref left), TakeDigits(ref right));
            if (byNumber != 0) return byNumber;
        }

        return 0;
    }

    private static bool StartsWithText(ReadOnlySpan<char> part) => part.Length > 0 && !char.IsAsciiDigit(part[0]);

    private static int Weight(ReadOnlySpan<char> part) => part switch
    {
        [] => 0,
        ['~', ..] => -1,
        [var digit, ..] when char.IsAsciiDigit(digit) => 0,
        [var letter, ..] when char.IsAsciiLetter(letter) => letter,
        [var other, ..] => other + 256,
    };

    private static ReadOnlySpan<char> TakeDigits(ref ReadOnlySpan<char> part)
    {
        var end = part.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? part : part[..end];
        part = part[digits.Length..];
        return digits;
    }
}
