using System.Numerics;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>Reads dates whose parts stand apart, and times.</summary>
internal static class DateParts
{
    /// <summary>Hours and minutes, with seconds or without.</summary>
    private const int ShortTime = 4, LongTime = 6;

    private const int DayLength = 8;

    /// <summary><c>2024-01-31</c>, and <c>2024-01-16T16-07-38Z</c>.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="position">Where the date may begin; behind it, where there is one.</param>
    public static IReadOnlyList<BigInteger>? ReadDashed(string tag, ref int position)
    {
        if (!IsDashed(tag, position)) return null;
        var date = tag.AsSpan(position, 10);
        var numbers = new List<BigInteger> { TagWords.Parse(date[..4]), TagWords.Parse(date[5..7]), TagWords.Parse(date[8..]) };
        position += date.Length;
        if (position == tag.Length || tag[position] is not ('T' or 't')) return numbers;
        // What does not go on with a digit is no time, or behind it.
        for (var next = position + 1; TagWords.DigitsAt(tag, next) is { Length: > 0 } digits;)
        {
            numbers.Add(TagWords.Parse(digits));
            position = next + digits.Length;
            next = position < tag.Length && TagWords.IsSeparator(tag[position]) ? position + 1 : position;
        }

        if (position < tag.Length && tag[position] is 'Z' or 'z') position++;
        return numbers;
    }

    /// <summary>The numbers of <c>20240131</c>, <c>202401311200</c> and <c>20240131T120000Z</c>: the day, and the time as hours, minutes and seconds.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="digits">The date, as <see cref="TagWords.IsDate"/> takes it.</param>
    /// <param name="position">Behind the date; behind the time, where there is one.</param>
    public static IReadOnlyList<BigInteger> ReadPlain(string tag, ReadOnlySpan<char> digits, ref int position)
    {
        var day = TagWords.Parse(digits[..DayLength]);
        var time = digits.Length > DayLength ? digits[DayLength..] : ReadTime(tag, ref position);
        return time.Length == 0 ? [day] : [day, TagWords.Parse(time.ToString().PadRight(LongTime, '0'))];
    }

    private static ReadOnlySpan<char> ReadTime(string tag, ref int position)
    {
        if (position == tag.Length || tag[position] is not ('T' or 't')) return [];
        var digits = TagWords.DigitsAt(tag, position + 1);
        var end = position + 1 + digits.Length;
        if (digits.Length is not (ShortTime or LongTime) || end == tag.Length || tag[end] is not ('Z' or 'z')) return [];
        position = end + 1;
        return digits;
    }

    /// <summary>True where a date begins whose parts stand apart.</summary>
    public static bool IsDashed(string tag, int position)
    {
        var rest = tag.AsSpan(position);
        return rest.Length >= 10 && rest[4] is ('-' or '_') && rest[7] == rest[4] && TagWords.IsDay(rest[..4], rest[5..7], rest[8..10])
            && (rest.Length == 10 || !char.IsAsciiDigit(rest[10]));
    }
}
