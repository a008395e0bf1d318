using System.Net.Http.Headers;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Finds the next page in a <c>Link</c> header (<see href="https://www.rfc-editor.org/rfc/rfc8288#section-3"/>,
/// <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).
/// </summary>
internal static class LinkHeader
{
    /// <summary>The target of the first link whose relation is <c>next</c>; null where there is none.</summary>
    public static string? FindNext(HttpHeadersNonValidated headers)
    {
        if (!headers.TryGetValues("Link", out var values)) return null;
        foreach (var value in values)
        {
            if (FindNext(value) is { } next) return next;
        }

        return null;
    }

    /// <summary>The same for the value of one header.</summary>
    public static string? FindNext(string header)
    {
        var rest = header.AsSpan();
        while (true)
        {
            var start = rest.IndexOf('<');
            if (start < 0) return null;
            rest = rest[(start + 1)..];
            var end = rest.IndexOf('>');
            if (end < 0) return null;
            var target = rest[..end].Trim();
            rest = rest[(end + 1)..];
            if (ReadIsNext(ref rest)) return target.ToString();
        }
    }

    // Reads one link's parameters, up to the comma before the next link.
    private static bool ReadIsNext(ref ReadOnlySpan<char> rest)
    {
        var isNext = false;
        while (true)
        {
            rest = rest.TrimStart(" \t;");
            if (rest.IsEmpty || rest[0] == ',') return isNext;
            var nameEnd = rest.IndexOfAny('=', ';', ',');
            if (nameEnd < 0) nameEnd = rest.Length;
            var name = rest[..nameEnd].Trim();
            rest = rest[nameEnd..];
            if (rest.IsEmpty || rest[0] != '=') continue;
            rest = rest[1..].TrimStart(" \t");
            var value = ReadValue(ref rest);
            if (name.Equals("rel", StringComparison.OrdinalIgnoreCase)) isNext |= HasNext(value);
        }
    }

    private static ReadOnlySpan<char> ReadValue(ref ReadOnlySpan<char> rest)
    {
        var isQuoted = !rest.IsEmpty && rest[0] == '"';
        if (isQuoted) rest = rest[1..];
        var end = isQuoted ? QuoteEnd(rest) : rest.IndexOfAny(',', ';');
        var value = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(isQuoted ? end + 1 : end)..];
        return value;
    }

    private static int QuoteEnd(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') return i;
            if (text[i] == '\\') i++;
        }

        return -1;
    }

    // A link may have several relations, separated by spaces.
    private static bool HasNext(ReadOnlySpan<char> relations)
    {
        foreach (var range in relations.Split(' '))
        {
            if (relations[range].Trim().Equals("next", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
