namespace LicensePolicy;

/// <summary>
/// An SPDX licence expression (<see href="https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/"/>): who offers a choice (<c>OR</c>)
/// is judged by the best one, who combines (<c>AND</c>) by the worst.
/// </summary>
internal static class LicenseExpression
{
    /// <summary>The deepest nesting parsed; a deeper expression is judged as one identifier.</summary>
    private const int MaximumDepth = 50;

    /// <summary>True where the licence can't be complied with without a forbidden one.</summary>
    public static bool IsForbidden(string expression, Func<string, bool> isForbidden)
    {
        var words = expression.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var position = 0;
        var result = Any(words, ref position, isForbidden, 0);
        // Not an SPDX expression but a licence's name: judged as one identifier.
        return position == words.Length ? result : isForbidden(expression.Trim());
    }

    private static bool Any(string[] words, ref int position, Func<string, bool> isForbidden, int depth)
    {
        var forbidden = All(words, ref position, isForbidden, depth);
        while (Take(words, ref position, "OR")) forbidden &= All(words, ref position, isForbidden, depth);
        return forbidden;
    }

    private static bool All(string[] words, ref int position, Func<string, bool> isForbidden, int depth)
    {
        var forbidden = One(words, ref position, isForbidden, depth);
        while (Take(words, ref position, "AND")) forbidden |= One(words, ref position, isForbidden, depth);
        return forbidden;
    }

    private static bool One(string[] words, ref int position, Func<string, bool> isForbidden, int depth)
    {
        if (position >= words.Length) return false;
        if (depth < MaximumDepth && Take(words, ref position, "("))
        {
            var inner = Any(words, ref position, isForbidden, depth + 1);
            Take(words, ref position, ")");
            return inner;
        }

        var identifier = words[position++];
        // An exception only ever adds permissions.
        if (Take(words, ref position, "WITH")) position++;
        return isForbidden(identifier);
    }

    private static bool Take(string[] words, ref int position, string word)
    {
        if (position >= words.Length || !words[position].Equals(word, StringComparison.OrdinalIgnoreCase)) return false;
        position++;
        return true;
    }
}
