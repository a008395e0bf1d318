namespace RegistryOperator.Reports.Versions;

/// <summary>
/// Alpine's order: <c>1.2.3b_rc4~abc-r5</c> (<see href="https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd"/>).
/// Versions are compared part by part; where the parts are of different kinds, the kind decides.
/// </summary>
internal sealed class ApkVersionOrder : IComparer<string>
{
    private static readonly string[] PreReleases = ["alpha", "beta", "pre", "rc"];
    private static readonly string[] PostReleases = ["cvs", "svn", "git", "hg", "p"];

    public static ApkVersionOrder Instance { get; } = new();

    /// <summary>Sorts of parts, the lowest first: a pre-release comes before the end, everything else after it.</summary>
    private enum Sort
    {
        PreRelease,
        Unreadable,
        End,
        Revision,
        Commit,
        SuffixNumber,
        PostRelease,
        Letter,
        Number,
        FirstNumber,
    }

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        Sort? leftBefore = null, rightBefore = null;
        while (true)
        {
            var leftSort = Next(ref left, leftBefore, out var leftValue);
            var rightSort = Next(ref right, rightBefore, out var rightValue);
            if (leftSort != rightSort) return leftSort.CompareTo(rightSort);
            var order = CompareValues(leftSort, leftValue, rightValue);
            if (order != 0 || leftSort is Sort.End or Sort.Unreadable) return order;
            (leftBefore, rightBefore) = (leftSort, rightSort);
        }
    }

    private static int CompareValues(Sort sort, ReadOnlySpan<char> left, ReadOnlySpan<char> right) => sort switch
    {
        Sort.PreRelease => IndexOf(PreReleases, left).CompareTo(IndexOf(PreReleases, right)),
        Sort.PostRelease => IndexOf(PostReleases, left).CompareTo(IndexOf(PostReleases, right)),
        Sort.FirstNumber or Sort.SuffixNumber or Sort.Revision => PackageVersions.CompareDigits(left, right),
        // A part such as '05' is a fraction.
        Sort.Number when left is not ['0', ..] && right is not ['0', ..] => PackageVersions.CompareDigits(left, right),
        _ => left.SequenceCompareTo(right),
    };

    /// <summary>Takes the next part; what may follow depends on what was before.</summary>
    private static Sort Next(ref ReadOnlySpan<char> rest, Sort? before, out ReadOnlySpan<char> value)
    {
        value = rest;
        if (before is null)
        {
            value = TakeWhile(ref rest, char.IsAsciiDigit);
            if (value.Length > 0) return Sort.FirstNumber;
            value = rest;
            return rest.Length == 0 ? Sort.End : Sort.Unreadable;
        }

        var isAfterNumbers = before is Sort.FirstNumber or Sort.Number;
        switch (rest)
        {
            case []:
                return Sort.End;
            case ['.', var digit, ..] when isAfterNumbers && char.IsAsciiDigit(digit):
                rest = rest[1..];
                value = TakeWhile(ref rest, char.IsAsciiDigit);
                return Sort.Number;
            case [var letter, ..] when isAfterNumbers && char.IsAsciiLetterLower(letter):
                value = rest[..1];
                rest = rest[1..];
                return Sort.Letter;
            case [var digit, ..] when before is Sort.PreRelease or Sort.PostRelease && char.IsAsciiDigit(digit):
                value = TakeWhile(ref rest, char.IsAsciiDigit);
                return Sort.SuffixNumber;
            case ['_', ..] when before < Sort.Revision || before > Sort.Commit:
                var suffix = TakeSuffix(ref rest);
                if (suffix.Length == 0) return Sort.Unreadable;
                value = suffix;
                return IndexOf(PreReleases, suffix) >= 0 ? Sort.PreRelease : Sort.PostRelease;
            case ['~', var hex, ..] when before != Sort.Revision && before != Sort.Commit && char.IsAsciiHexDigit(hex):
                rest = rest[1..];
                value = TakeWhile(ref rest, char.IsAsciiHexDigit);
                return Sort.Commit;
            case ['-', 'r', var digit, ..] when before != Sort.Revision && char.IsAsciiDigit(digit):
                rest = rest[2..];
                value = TakeWhile(ref rest, char.IsAsciiDigit);
                return Sort.Revision;
            default:
                return Sort.Unreadable;
        }
    }

    /// <summary>Takes <c>_</c> and a word that may follow it; nothing where there is none.</summary>
    private static ReadOnlySpan<char> TakeSuffix(ref ReadOnlySpan<char> rest)
    {
        var length = 1;
        while (length < rest.Length && char.IsAsciiLetterLower(rest[length])) length++;
        var word = rest[1..length];
        if (IndexOf(PreReleases, word) < 0 && IndexOf(PostReleases, word) < 0) return [];
        rest = rest[length..];
        return word;
    }

    private static ReadOnlySpan<char> TakeWhile(ref ReadOnlySpan<char> rest, Func<char, bool> isPart)
    {
        var end = 0;
        while (end < rest.Length && isPart(rest[end])) end++;
        var part = rest[..end];
        rest = rest[end..];
        return part;
    }

    private static int IndexOf(string[] words, ReadOnlySpan<char> word)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (word.SequenceEqual(words[i])) return i;
        }

        return -1;
    }
}
