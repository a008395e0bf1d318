namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>
/// Matches one label of a host against a pattern, as Go's <c>filepath.Match</c> does: <c>*</c> for any characters, <c>?</c> for one,
/// <c>[a-z]</c> and <c>[^a-z]</c> for one of a class. A malformed pattern matches nothing.
/// </summary>
internal static class LabelGlob
{
    /// <summary>True where the whole label matches.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> label)
    {
        // Where the last star stood, and how much of the label it has taken: only that star ever needs to take more.
        var (star, taken) = (-1, 0);
        var (p, l) = (0, 0);
        while (l < label.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, taken) = (p++, l);
            }
            else if (MatchOne(pattern[p..], label[l]) is var width and > 0)
            {
                (p, l) = (p + width, l + 1);
            }
            else if (star >= 0)
            {
                (p, l) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    // The width of the pattern's first part where it matches the character, else 0.
    private static int MatchOne(ReadOnlySpan<char> pattern, char character) => pattern switch
    {
        [] => 0,
        ['?', ..] => 1,
        ['[', ..] => MatchClass(pattern, character),
        _ => pattern[0] == character ? 1 : 0,
    };

    private static int MatchClass(ReadOnlySpan<char> pattern, char character)
    {
        var end = pattern.IndexOf(']');
        if (end < 0) return 0;
        var set = pattern[1..end];
        var isNegated = set is ['^', ..];
        if (isNegated) set = set[1..];
        if (set.IsEmpty) return 0;

        var isMember = false;
        while (!set.IsEmpty)
        {
            var isRange = set.Length >= 3 && set[1] == '-';
            isMember |= isRange ? set[0] <= character && character <= set[2] : set[0] == character;
            set = set[(isRange ? 3 : 1)..];
        }

        return isMember != isNegated ? end + 1 : 0;
    }
}
