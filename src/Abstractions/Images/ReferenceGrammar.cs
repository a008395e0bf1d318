using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace RegistryOperator.Abstractions.Images;

/// <summary>What breaks the grammar.</summary>
/// <param name="Position">Where, as an index into the text.</param>
/// <param name="Problem">What, a clause for a message.</param>
internal sealed record ReferenceFault(int Position, string Problem)
{
    public ReferenceFault After(int start) => this with { Position = Position + start };
}

/// <summary>
/// The parts of an image reference (<see href="https://github.com/distribution/reference/blob/v0.6.0/reference.go"/>), each read once from left to
/// right. Each method gives the first fault, or null.
/// </summary>
internal static class ReferenceGrammar
{
    private const string TagAdvice = "a tag has letters, digits, '_', '.' and '-', and begins with neither '.' nor '-'";
    private const string RepositoryAdvice = "a repository has lower-case letters and digits, with '.', '_', '__' or '-' between them, and parts divided by '/'";
    private const string HostAdvice = "a registry's host has letters, digits and '-', and parts divided by '.'";

    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:");

    public static ReferenceFault? CheckRepository(ReadOnlySpan<char> path)
    {
        if (path.Length > ImageReference.LongestRepository)
            return new ReferenceFault(0, $"the repository has {path.Length} characters, and at most {ImageReference.LongestRepository} are allowed");
        if (path.Length == 0) return new ReferenceFault(0, "there is no repository");
        var position = 0;
        while (true)
        {
            var start = position;
            while (position < path.Length && IsLowerAlphanumeric(path[position])) position++;
            if (position == start) return UnexpectedInRepository(path, position);
            if (position == path.Length) return null;
            var length = DelimiterLength(path[position..]);
            if (length == 0) return UnexpectedInRepository(path, position);
            position += length;
        }
    }

    public static ReferenceFault? CheckTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length == 0) return new ReferenceFault(0, "the tag after ':' is empty");
        if (tag.Length > ImageReference.LongestTag)
            return new ReferenceFault(0, $"the tag has {tag.Length} characters, and at most {ImageReference.LongestTag} are allowed");
        var wrong = tag[0] is '.' or '-' ? 0 : tag.IndexOfAnyExcept(TagCharacters);
        return wrong < 0 ? null : new ReferenceFault(wrong, $"{Name(tag[wrong])} can't stand there: {TagAdvice}");
    }

    /// <summary>Checks <c>host[:port]</c>; <paramref name="canonical"/> is its canonical notation.</summary>
    public static ReferenceFault? CheckRegistry(string text, out string canonical)
    {
        canonical = "";
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end < 0) end = text.Length;
        if (end == 0 && text.StartsWith('[')) return new ReferenceFault(0, "the bracket '[' of an IPv6 address is not closed");
        var host = text[..end];
        if ((host.StartsWith('[') ? CheckAddress(host) : CheckDomain(host)) is { } fault) return fault;
        if (CheckPort(text.AsSpan(end), out var port) is { } portFault) return portFault.After(end);
        canonical = CanonicalHost(host, hasPort: port.Length > 0) + port;
        return null;
    }

    /// <summary>Host names ignore case, but a single word is a host only by its capital letters, which are kept: <c>Team/app</c>.</summary>
    public static string CanonicalHost(string host, bool hasPort)
    {
        if (!host.StartsWith('['))
            return hasPort || host.Contains('.', StringComparison.Ordinal) || IsLocalhost(host) ? host.ToLowerInvariant() : host;
        // An address with an embedded IPv4 address is formatted with dots, which the grammar excludes.
        var shortest = IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address) ? address.ToString() : ".";
        return shortest.Contains('.', StringComparison.Ordinal) ? host.ToLowerInvariant() : $"[{shortest}]";
    }

    /// <summary>
    /// Whether the part before the first slash is a registry: true where it can't be part of a repository's path, or is localhost.
    /// </summary>
    public static bool IsRegistry(ReadOnlySpan<char> first) =>
        first.ContainsAny('.', ':') || IsLocalhost(first) || first.ContainsAnyInRange('A', 'Z');

    /// <summary>True for 64 hexadecimal digits, which alone always mean a digest.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        if (text.Length != 64) return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character)) return false;
        }

        return true;
    }

    private static bool IsLocalhost(ReadOnlySpan<char> host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static int DelimiterLength(ReadOnlySpan<char> text)
    {
        switch (text[0])
        {
            case '/' or '.':
                return 1;
            case '_':
                return text.Length > 1 && text[1] == '_' ? 2 : 1;
            case '-':
                var length = text.IndexOfAnyExcept('-');
                return length < 0 ? text.Length : length;
            default:
                return 0;
        }
    }

    private static ReferenceFault UnexpectedInRepository(ReadOnlySpan<char> path, int position)
    {
        var problem = position == path.Length ? $"the repository ends with {Name(path[^1])}" : $"{Name(path[position])} can't stand there";
        return new ReferenceFault(Math.Min(position, path.Length - 1), $"{problem}: {RepositoryAdvice}");
    }

    private static ReferenceFault? CheckDomain(string host)
    {
        var start = 0;
        while (true)
        {
            var end = host.IndexOf('.', start);
            if (end < 0) end = host.Length;
            if (end == start) return new ReferenceFault(Math.Min(start, Math.Max(0, host.Length - 1)), $"a part of the registry's host is empty: {HostAdvice}");
            for (var i = start; i < end; i++)
            {
                var isEdge = i == start || i == end - 1;
                if (!char.IsAsciiLetterOrDigit(host[i]) && (host[i] != '-' || isEdge))
                    return new ReferenceFault(i, $"{Name(host[i])} can't stand there: {HostAdvice}, without '-' at their ends");
            }

            if (end == host.Length) return null;
            start = end + 1;
        }
    }

    private static ReferenceFault? CheckAddress(string host)
    {
        var address = host.AsSpan(1, host.Length - 2);
        var isAddress = !address.ContainsAnyExcept(AddressCharacters)
            && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6;
        return isAddress
            ? null
            : new ReferenceFault(1, "what stands in brackets is not an IPv6 address, in hexadecimal digits and without a zone, e.g. [2001:db8::1]");
    }

    private static ReferenceFault? CheckPort(ReadOnlySpan<char> text, out string port)
    {
        port = "";
        if (text.Length == 0) return null;
        if (text[0] != ':') return new ReferenceFault(0, $"{Name(text[0])} can't stand there: after an address in brackets come ':' and the port, or '/'");
        var digits = text[1..];
        if (digits.Length == 0) return new ReferenceFault(0, "there is no port after ':'");
        if (digits.ContainsAnyExceptInRange('0', '9') || !int.TryParse(digits, out var number) || number is 0 or > ushort.MaxValue)
        {
            var advice = digits.Contains(':') ? "; an IPv6 address stands in brackets, e.g. [2001:db8::1]" : "";
            return new ReferenceFault(1, $"the port '{digits}' is no number from 1 to {ushort.MaxValue}{advice}");
        }

        port = $":{number}";
        return null;
    }

    private static bool IsLowerAlphanumeric(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);

    private static string Name(char character) => character switch
    {
        ' ' => "a space",
        >= 'A' and <= 'Z' => $"the upper-case letter '{character}'",
        _ when char.IsControl(character) => $"a control character (U+{(int)character:X4})",
        _ when char.IsSurrogate(character) => "a character beyond ASCII",
        _ => $"'{character}'",
    };
}
