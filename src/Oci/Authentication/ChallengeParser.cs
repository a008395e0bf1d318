using System.Buffers;
using System.Net.Http.Headers;
using System.Text;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Reads <c>WWW-Authenticate</c>: one header may have several challenges, separated by the same commas as their parameters
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"/>). Lenient where registries are: values with slashes and colons
/// need no quotes, an unclosed quote ends with the header. Anything invalid is skipped; it never throws.
/// </summary>
internal ref struct ChallengeParser
{
    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // RFC 9110, 11.2, without the padding.
    private static readonly SearchValues<char> Token68Characters =
        SearchValues.Create("-._~+/0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private ReadOnlySpan<char> _rest;

    public static List<Challenge> Parse(HttpHeadersNonValidated headers)
    {
        var challenges = new List<Challenge>();
        if (!headers.TryGetValues("WWW-Authenticate", out var values)) return challenges;
        foreach (var value in values) Parse(value, challenges);
        return challenges;
    }

    public static List<Challenge> Parse(string header)
    {
        var challenges = new List<Challenge>();
        Parse(header, challenges);
        return challenges;
    }

    private static void Parse(string header, List<Challenge> challenges)
    {
        var parser = new ChallengeParser { _rest = header };
        while (parser.TryReadChallenge(out var challenge))
        {
            if (challenge is not null) challenges.Add(challenge);
        }
    }

    // False at the end of the header; a null challenge where invalid text was skipped.
    private bool TryReadChallenge(out Challenge? challenge)
    {
        challenge = null;
        SkipSeparators();
        if (_rest.IsEmpty) return false;
        var scheme = ReadWhile(TokenCharacters);
        if (scheme.IsEmpty)
        {
            SkipToComma();
            return true;
        }

        SkipSpaces();
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!SkipToken68())
        {
            while (TryReadParameter(parameters)) SkipSeparators();
        }

        challenge = new Challenge(scheme.ToString(), parameters);
        return true;
    }

    // A token without an equals sign after it is the scheme of the next challenge: it is not consumed.
    private bool TryReadParameter(Dictionary<string, string> parameters)
    {
        var start = _rest;
        var name = ReadWhile(TokenCharacters);
        SkipSpaces();
        if (name.IsEmpty || _rest.IsEmpty || _rest[0] != '=')
        {
            _rest = start;
            return false;
        }

        _rest = _rest[1..];
        SkipSpaces();
        // Of two parameters with one name, the first is used.
        parameters.TryAdd(name.ToString(), !_rest.IsEmpty && _rest[0] == '"' ? ReadQuoted() : ReadUnquoted());
        return true;
    }

    private string ReadQuoted()
    {
        _rest = _rest[1..];
        var end = _rest.IndexOfAny('"', '\\');
        if (end >= 0 && _rest[end] == '"')
        {
            var plain = _rest[..end].ToString();
            _rest = _rest[(end + 1)..];
            return plain;
        }

        var text = new StringBuilder();
        while (!_rest.IsEmpty)
        {
            var c = _rest[0];
            _rest = _rest[1..];
            if (c == '"') break;
            if (c == '\\' && !_rest.IsEmpty)
            {
                c = _rest[0];
                _rest = _rest[1..];
            }

            text.Append(c);
        }

        return text.ToString();
    }

    private string ReadUnquoted()
    {
        var end = _rest.IndexOfAny(',', ' ', '\t');
        var value = end < 0 ? _rest : _rest[..end];
        _rest = _rest[value.Length..];
        return value.ToString();
    }

    private bool SkipToken68()
    {
        var start = _rest;
        if (ReadWhile(Token68Characters).IsEmpty) return false;
        _rest = _rest.TrimStart('=');
        SkipSpaces();
        // Without padding, a token68 looks like the scheme of a challenge without parameters; it is a token68 only before a comma or the end.
        if (_rest.IsEmpty || _rest[0] == ',') return true;
        _rest = start;
        return false;
    }

    private ReadOnlySpan<char> ReadWhile(SearchValues<char> characters)
    {
        var end = _rest.IndexOfAnyExcept(characters);
        var read = end < 0 ? _rest : _rest[..end];
        _rest = _rest[read.Length..];
        return read;
    }

    private void SkipSpaces() => _rest = _rest.TrimStart(" \t");

    private void SkipSeparators() => _rest = _rest.TrimStart(", \t");

    private void SkipToComma()
    {
        var comma = _rest.IndexOf(',');
        _rest = comma < 0 ? default : _rest[comma..];
    }
}
