using System.Globalization;
using System.Numerics;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>Reads dates whose parts stand apart, and times.</summary>
internal static class DateParts
{
    /// <summary>Hours and minutes, with seconds or without.</summary>
    private const int ShortTime = 4, LongTime = 6;

    /// <summary><c>2024-01-31</c>, and <c>2024-01-16T16-07-38Z</c>.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="position">Where the date may begin; behind it, where there is one.</param>
    public static IReadOnlyList<BigInteger>? ReadDashed(string tag, ref int position)
    {
        if (!IsDashed(tag, position)) return null;
        var date = tag.AsSpan(position, 10);
        var numbers = new List<BigInteger> { Parse(date[..4]), Parse(date[5..7]), Parse(date[8..]) };
        position += date.Length;
        if (position == tag.Length || tag[position] is not ('T' or 't')) return numbers;
        for (position++; position < tag.Length && (char.IsAsciiDigit(tag[position]) || TagWords.IsSeparator(tag[position]));)
        {
            if (TagWords.IsSeparator(tag[position])) position++;
            var digits = DigitsAt(tag, position);
            if (digits.Length == 0) break;
            numbers.Add(Parse(digits));
            position += digits.Length;
        }

        if (position < tag.Length && tag[position] is ('Z' or 'z')) position++;
        return numbers;
    }

    /// <summary>The digits of <c>T120000Z</c> behind a date.</summary>
    public static string? ReadTime(string tag, ref int position)
    {
        if (position == tag.Length || tag[position] is not ('T' or 't')) return null;
        var digits = DigitsAt(tag, position + 1);
        var end = position + 1 + digits.Length;
        if (digits.Length is not (ShortTime or LongTime) || end == tag.Length || tag[end] is not ('Z' or 'z')) return null;
        position = end + 1;
        return digits.ToString();
    }

    /// <summary>True where a date begins whose parts stand apart.</summary>
    public static bool IsDashed(string tag, int position)
    {
        var rest = tag.AsSpan(position);
        return rest.Length >= 10 && rest[4] is ('-' or '_') && rest[7] == rest[4] && TagWords.IsDay(rest[..4], rest[5..7], rest[8..10])
            && (rest.Length == 10 || !char.IsAsciiDigit(rest[10]));
    }

    private static ReadOnlySpan<char> DigitsAt(string tag, int position)
    {
        var rest = tag.AsSpan(position);
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? rest : rest[..length];
    }

    private static BigInteger Parse(ReadOnlySpan<char> digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
