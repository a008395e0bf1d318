namespace RegistryOperator.Reports.Versions;

/// <summary>
/// Maven's order (<see href="https://maven.apache.org/pom.html#version-order-specification"/>): numbers and words with the separator before each; known words
/// before the release, other words after it.
/// </summary>
internal sealed class MavenVersionOrder : IComparer<string>
{
    private const int Release = 5;
    private const int OtherWord = 7;

    public static MavenVersionOrder Instance { get; } = new();

    /// <summary>A part and the separator before it. A change between digits and letters separates like a hyphen.</summary>
    private readonly record struct Token(char Separator, string Text)
    {
        public bool IsNumber => Text.Length > 0 && char.IsAsciiDigit(Text[0]);

        public bool IsNull => IsNumber ? Text.AsSpan().TrimStart('0').Length == 0 : Qualifier(Text) == Release;
    }

    public int Compare(string? x, string? y)
    {
        List<Token> left = Read(x ?? ""), right = Read(y ?? "");
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            var order = CompareTokens(i < left.Count ? left[i] : PaddingFor(right[i]), i < right.Count ? right[i] : PaddingFor(left[i]));
            if (order != 0) return order;
        }

        return 0;
    }

    private static Token PaddingFor(Token other) => new(other.Separator, other.Separator == '.' && other.IsNumber ? "0" : "");

    private static int CompareTokens(Token left, Token right)
    {
        var byKind = Rank(left).CompareTo(Rank(right));
        if (byKind != 0) return byKind;
        if (left.IsNumber) return PackageVersions.CompareDigits(left.Text, right.Text);
        var byQualifier = Qualifier(left.Text).CompareTo(Qualifier(right.Text));
        return byQualifier != 0 || Qualifier(left.Text) != OtherWord ? byQualifier : string.CompareOrdinal(left.Text, right.Text);
    }

    /// <summary>Words, then numbers after a hyphen, then numbers after a dot.</summary>
    private static int Rank(Token token) => !token.IsNumber ? 0 : token.Separator == '-' ? 1 : 2;

    private static int Qualifier(string word) => word switch
    {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" or "cr" => 3,
        "snapshot" => 4,
        "" or "final" or "ga" or "release" => Release,
        "sp" => 6,
        _ => OtherWord,
    };

    private static List<Token> Read(string version)
    {
        // Not of Maven: tags and advisories write it.
        if (version is ['v' or 'V', var first, ..] && char.IsAsciiDigit(first)) version = version[1..];
        var tokens = new List<Token>();
        var separator = '.';
        for (var position = 0; position <= version.Length;)
        {
            var start = position;
            if (position < version.Length && char.IsAsciiDigit(version[position]))
                while (position < version.Length && char.IsAsciiDigit(version[position])) position++;
            else
                while (position < version.Length && !IsSeparator(version[position]) && !char.IsAsciiDigit(version[position])) position++;
            var isBeforeDigit = position < version.Length && char.IsAsciiDigit(version[position]);
            tokens.Add(new Token(separator, position == start ? "0" : Word(version[start..position].ToLowerInvariant(), isBeforeDigit)));
            if (position == version.Length) break;
            separator = version[position] == '.' ? '.' : '-';
            if (IsSeparator(version[position])) position++;
        }

        Trim(tokens);
        return tokens;
    }

    private static bool IsSeparator(char character) => character is '.' or '-' or '_' or '+';

    private static string Word(string word, bool isBeforeDigit) => !isBeforeDigit ? word : word switch
    {
        "a" => "alpha",
        "b" => "beta",
        "m" => "milestone",
        _ => word,
    };

    /// <summary>Removes what says nothing from the end, and before each hyphen.</summary>
    private static void Trim(List<Token> tokens)
    {
        for (var i = tokens.Count - 1; i > 0; i--)
        {
            var isLast = i + 1 == tokens.Count || tokens[i + 1].Separator == '-';
            if (isLast && tokens[i].IsNull) tokens.RemoveAt(i);
        }
    }
}
