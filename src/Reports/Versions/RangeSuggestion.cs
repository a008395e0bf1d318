using System.Globalization;

namespace RegistryOperator.Reports.Versions;

/// <summary>
/// The comparisons that are meant by <c>~1.2</c>, <c>^1.2</c>, <c>1.2.*</c> and <c>1.2.x</c>. They are suggested, not read: what these mean differs from one
/// packaging system to the next, and a range that is too narrow would hide images.
/// </summary>
internal static class RangeSuggestion
{
    /// <summary>The comparisons; null where the text is none of these.</summary>
    public static string? Of(string word)
    {
        var text = word.TrimStart('=');
        var isCaret = text.StartsWith('^');
        var isTilde = text.StartsWith('~');
        string[] parts = text.TrimStart('^', '~', '>', '=').Split('.');
        var known = parts.TakeWhile(part => !IsWildcard(part)).ToArray();
        var hasWildcard = known.Length < parts.Length;
        if (!(isCaret || isTilde || hasWildcard) || known.Length == 0 || parts[known.Length..].Any(part => !IsWildcard(part))) return null;
        var numbers = new int[known.Length];
        for (var i = 0; i < known.Length; i++)
        {
            if (!int.TryParse(known[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] == int.MaxValue) return null;
        }

        var raised = Raised(numbers, isCaret, isTilde && !hasWildcard);
        return $">={string.Join('.', known)} <{string.Join('.', numbers[..raised].Append(numbers[raised] + 1))}";
    }

    /// <summary>True for a part of a version that stands for any.</summary>
    public static bool IsWildcard(string part) => part is "*" or "x" or "X";

    /// <summary>Which number is one higher in the first version that is no longer meant.</summary>
    private static int Raised(int[] numbers, bool isCaret, bool isTilde)
    {
        var last = numbers.Length - 1;
        if (isTilde) return Math.Min(last, 1);
        if (!isCaret) return last;
        var first = Array.FindIndex(numbers, number => number > 0);
        return first < 0 ? last : first;
    }
}
