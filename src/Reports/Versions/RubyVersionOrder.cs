namespace RegistryOperator.Reports.Versions;

/// <summary>
/// RubyGems' order (<see href="https://docs.ruby-lang.org/en/3.4/Gem/Version.html"/>): numbers and words; a word makes a pre-release, and comes before every
/// number. A hyphen means <c>.pre.</c>.
/// </summary>
internal sealed class RubyVersionOrder : IComparer<string>
{
    public static RubyVersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        List<string> left = Read(x ?? ""), right = Read(y ?? "");
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            string leftPart = i < left.Count ? left[i] : "0", rightPart = i < right.Count ? right[i] : "0";
            bool leftIsNumber = char.IsAsciiDigit(leftPart[0]), rightIsNumber = char.IsAsciiDigit(rightPart[0]);
            if (leftIsNumber != rightIsNumber) return leftIsNumber ? 1 : -1;
            var order = leftIsNumber ? PackageVersions.CompareDigits(leftPart, rightPart) : string.CompareOrdinal(leftPart, rightPart);
            if (order != 0) return order;
        }

        return 0;
    }

    private static List<string> Read(string version)
    {
        // Not of RubyGems: tags and advisories write it.
        if (version is ['v' or 'V', var first, ..] && char.IsAsciiDigit(first)) version = version[1..];
        version = version.Replace("-", ".pre.", StringComparison.Ordinal);
        var parts = new List<string>();
        for (var position = 0; position < version.Length;)
        {
            var start = position;
            while (position < version.Length && char.IsAsciiDigit(version[position])) position++;
            if (position == start)
                while (position < version.Length && char.IsAsciiLetter(version[position])) position++;
            if (position > start) parts.Add(version[start..position]);
            else position++;
        }

        TrimZeros(parts);
        return parts;
    }

    /// <summary><c>1.0.0</c> is <c>1</c>, and <c>1.0.a</c> is <c>1.a</c>.</summary>
    private static void TrimZeros(List<string> parts)
    {
        var firstWord = parts.FindIndex(part => char.IsAsciiLetter(part[0]));
        TrimZeros(parts, firstWord < 0 ? 0 : firstWord, parts.Count);
        if (firstWord > 0) TrimZeros(parts, 0, firstWord);
    }

    private static void TrimZeros(List<string> parts, int start, int end)
    {
        for (var i = end - 1; i >= start && parts[i].AsSpan().TrimStart('0').Length == 0; i--) parts.RemoveAt(i);
    }
}
