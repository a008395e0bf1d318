using System.Text;
using System.Text.RegularExpressions;

namespace RegistryOperator.Shared;

/// <summary>
/// Compiles users' regular expressions over tags, such as those of <c>spec.tagFilter</c>. They were written for Go's syntax
/// (<see href="https://github.com/google/re2/wiki/Syntax"/>): the two of its forms that .NET reads as something else are translated.
/// A pattern matches anywhere in a tag unless it is anchored. Matching takes time linear in the tag, whatever the pattern, and a second at most.
/// </summary>
internal static class TagPattern
{
    /// <summary>The most characters of a pattern.</summary>
    public const int MostCharacters = 1024;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <summary>POSIX classes; .NET would read <c>[[:digit:]]</c> as a set of the letters in it, without an error.</summary>
    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>Compiles <paramref name="pattern"/>; where it can't, <paramref name="error"/> says why and what to do.</summary>
    public static bool TryCompile(string pattern, out Regex? regex, out string error)
    {
        regex = null;
        error = "";
        if (pattern.Length > MostCharacters)
        {
            error = $"the pattern has {pattern.Length} characters; at most {MostCharacters} are allowed";
            return false;
        }
        try
        {
            regex = new Regex(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch);
            return true;
        }
        catch (NotSupportedException)
        {
            error = $"the pattern '{pattern}' uses a construct that is not supported (lookaround, backreference, atomic group or a very large repetition); " +
                "use include and exclude together instead";
        }
        catch (RegexParseException exception)
        {
            error = $"the pattern '{pattern}' is not a regular expression: {Explain(exception.Error)} at position {exception.Offset}";
        }
        return false;
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var firstInClass = -1; // Where the members of the open class begin; -1 outside a class.
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                text.Append(pattern[i++]).Append(pattern[i]);
            }
            else if (firstInClass >= 0 && TryReadPosixClass(pattern, ref i) is { } characters)
            {
                text.Append(characters);
            }
            else if (firstInClass < 0 && pattern.AsSpan(i).StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += "(?P<".Length - 1;
            }
            else
            {
                // A closing bracket that stands first is a member: []...] and [^]...].
                if (firstInClass < 0 && pattern[i] == '[') firstInClass = i + (pattern.AsSpan(i).StartsWith("[^") ? 2 : 1);
                else if (pattern[i] == ']' && i > firstInClass) firstInClass = -1;
                text.Append(pattern[i]);
            }
        }
        return text.ToString();
    }

    private static string? TryReadPosixClass(string pattern, ref int index)
    {
        if (!pattern.AsSpan(index).StartsWith("[:")) return null;
        var end = pattern.IndexOf(":]", index + 2, StringComparison.Ordinal);
        if (end < 0 || !PosixClasses.TryGetValue(pattern[(index + 2)..end], out var characters)) return null;
        index = end + 1;
        return characters;
    }

    private static string Explain(RegexParseError error)
    {
        // InsufficientClosingParentheses -> insufficient closing parentheses
        var text = new StringBuilder();
        foreach (var character in error.ToString())
        {
            if (char.IsUpper(character) && text.Length > 0) text.Append(' ');
            text.Append(char.ToLowerInvariant(character));
        }
        return text.ToString();
    }
}
