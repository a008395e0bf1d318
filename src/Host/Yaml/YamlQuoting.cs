namespace RegistryOperator.Host.Yaml;

/// <summary>Recognises texts without quotes that begin with what means something else in YAML, such as the version range <c>>=1.2</c>.</summary>
internal static class YamlQuoting
{
    /// <summary>Indicators that begin no plain text (<see href="https://yaml.org/spec/1.2.2/#53-indicator-characters"/>).</summary>
    private const string Indicators = ">|*@`%&!";

    private const int ShownLength = 40;

    /// <summary>What to write in the place of what stands there, as the end of a sentence; null where quotes would not help.</summary>
    /// <param name="line">The line of the problem.</param>
    /// <param name="column">Where on it, counted from 1.</param>
    public static string? Advise(ReadOnlySpan<char> line, int column)
    {
        if (column < 1 || column > line.Length) return null;
        var rest = line[(column - 1)..];
        if (rest.StartsWith(": ")) return "; a text with a colon and a space in it has to be in quotes";
        if (!Indicators.Contains(rest[0], StringComparison.Ordinal)) return null;
        var advice = $"; a text that begins with {rest[0]} has to be in quotes";
        var text = ValueOf(rest, isInBrackets: line[..(column - 1)].IndexOfAny('[', '{') >= 0);
        return text.Length is > 0 and <= ShownLength ? $"{advice}: '{text.ToString().Replace("'", "''", StringComparison.Ordinal)}'" : advice;
    }

    private static ReadOnlySpan<char> ValueOf(ReadOnlySpan<char> rest, bool isInBrackets)
    {
        if (rest.IndexOf(" #") is var comment and >= 0) rest = rest[..comment];
        if (isInBrackets && rest.IndexOfAny(',', ']', '}') is var end and >= 0) rest = rest[..end];
        return rest.Trim();
    }
}
