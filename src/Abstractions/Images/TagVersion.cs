using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace RegistryOperator.Abstractions.Images;

/// <summary>
/// The version that a tag spells, e.g. <c>v1.25.3-rc.1</c> or <c>3.19-alpine</c>, and the order of such versions. Tags are looser than
/// SemVer (any number of parts, a leading <c>v</c>, a suffix that names a variant and not a pre-release), so they are read as such:
/// numbers, then a pre-release where the suffix starts with one of <see cref="PreReleaseWords"/>, then a variant.
/// </summary>
public sealed class TagVersion : IComparable<TagVersion>
{
    private readonly BigInteger[] _numbers;
    private readonly string[] _preRelease;

    private TagVersion(BigInteger[] numbers, string[] preRelease, string variant)
    {
        _numbers = numbers;
        _preRelease = preRelease;
        Variant = variant;
    }

    /// <summary>How many dotted numbers the tag has: fewer than three is a floating tag in most repositories.</summary>
    public int PartCount => _numbers.Length;

    /// <summary>True where the version comes before the release of the same numbers.</summary>
    public bool IsPreRelease => _preRelease.Length > 0;

    /// <summary>What follows the version, e.g. <c>alpine</c>; empty for none.</summary>
    public string Variant { get; }

    /// <summary>The number at <paramref name="index"/>, 0 where the tag has fewer.</summary>
    public BigInteger Number(int index) => index < _numbers.Length ? _numbers[index] : BigInteger.Zero;

    /// <summary>Reads the version that a tag spells; false where it spells none, e.g. <c>latest</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? tag, [NotNullWhen(true)] out TagVersion? version)
    {
        version = null;
        if (tag is null || tag.Length > ImageReference.LongestTag) return false;
        var position = tag.Length > 1 && tag[0] is 'v' or 'V' && char.IsAsciiDigit(tag[1]) ? 1 : 0;
        var numbers = new List<BigInteger>(4);
        while (ReadNumber(tag, ref position, out var number))
        {
            numbers.Add(number);
            var more = position + 1 < tag.Length && tag[position] == '.' && char.IsAsciiDigit(tag[position + 1]);
            if (!more) break;
            position++;
        }

        if (numbers.Count == 0) return false;
        var suffix = tag[position..];
        // '1.2.3-rc.1' and '1.2rc1' are versions; '7abc', a commit, is none.
        if (suffix.Length > 0 && suffix[0] is not ('-' or '_' or '.') && !StartsWithPreReleaseWord(suffix)) return false;
        SplitSuffix(suffix.TrimStart('-', '_', '.'), out var preRelease, out var variant);
        version = new TagVersion([.. numbers], preRelease, variant);
        return true;
    }

    /// <summary>Version order; versions that differ in their variant only are ordered by it.</summary>
    public int CompareTo(TagVersion? other)
    {
        if (other is null) return 1;
        var byRelease = CompareReleaseTo(other);
        return byRelease != 0 ? byRelease : string.CompareOrdinal(Variant, other.Variant);
    }

    /// <summary>Version order without the variant: <c>1.2.3</c> and <c>1.2.3-alpine</c> are one release.</summary>
    public int CompareReleaseTo(TagVersion? other)
    {
        if (other is null) return 1;
        for (var i = 0; i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            var byNumber = Number(i).CompareTo(other.Number(i));
            if (byNumber != 0) return byNumber;
        }

        return ComparePreRelease(_preRelease, other._preRelease);
    }

    /// <summary>SemVer's precedence of pre-releases (<see href="https://semver.org/#spec-item-11"/>).</summary>
    private static int ComparePreRelease(string[] left, string[] right)
    {
        if (left.Length == 0 || right.Length == 0) return right.Length.CompareTo(left.Length);
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var leftIsNumber = BigInteger.TryParse(left[i], NumberStyles.None, CultureInfo.InvariantCulture, out var leftNumber);
            var rightIsNumber = BigInteger.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out var rightNumber);
            var order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => leftNumber.CompareTo(rightNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool ReadNumber(string tag, ref int position, out BigInteger number)
    {
        var start = position;
        while (position < tag.Length && char.IsAsciiDigit(tag[position])) position++;
        number = position > start ? BigInteger.Parse(tag.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture) : default;
        return position > start;
    }

    /// <summary>Splits <c>rc.1-alpine</c> into the pre-release <c>rc</c>, <c>1</c> and the variant <c>alpine</c>.</summary>
    private static void SplitSuffix(string suffix, out string[] preRelease, out string variant)
    {
        preRelease = [];
        variant = suffix;
        if (!StartsWithPreReleaseWord(suffix)) return;
        var identifiers = new List<string>();
        var rest = suffix.AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOfAny("-_.");
            var part = end < 0 ? rest : rest[..end];
            // The pre-release is its word and the numbers that follow it; the first other word starts the variant.
            if (identifiers.Count > 0 && !IsAllDigits(part)) break;
            AddWordAndNumber(part, identifiers);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        preRelease = [.. identifiers];
        variant = rest.ToString();
    }

    /// <summary><c>rc10</c> is the word and the number, so that it comes after <c>rc9</c>.</summary>
    private static void AddWordAndNumber(ReadOnlySpan<char> part, List<string> identifiers)
    {
        var letters = 0;
        while (letters < part.Length && char.IsAsciiLetter(part[letters])) letters++;
        if (letters > 0) identifiers.Add(part[..letters].ToString().ToLowerInvariant());
        if (letters < part.Length) identifiers.Add(part[letters..].ToString());
    }

    private static bool StartsWithPreReleaseWord(string suffix)
    {
        var start = suffix.AsSpan().TrimStart("-_.");
        var letters = 0;
        while (letters < start.Length && char.IsAsciiLetter(start[letters])) letters++;
        return letters switch
        {
            0 => false,
            // A 'c' alone is a variant in tags.
            1 => start[0] is not ('c' or 'C') && PreReleaseWords.StageOfLetter(start[0]) > 0,
            _ => PreReleaseWords.StageOf(start[..letters]) > 0,
        };
    }

    private static bool IsAllDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
