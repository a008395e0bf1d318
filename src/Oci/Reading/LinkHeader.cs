using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace RegistryOperator.Oci.Reading;

/// <summary>Where a <c>Link</c> header leads.</summary>
/// <param name="Target">The target of the link to the next page; null where there is none.</param>
/// <param name="IsOdd">True where there is a header of which no link can be read: there may be a next page.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NextLink(string? Target, bool IsOdd);

/// <summary>
/// Finds the next page in a <c>Link</c> header (<see href="https://www.rfc-editor.org/rfc/rfc8288#section-3"/>,
/// <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>). Lenient where registries are: the brackets or the
/// relation may be missing. A link of another relation leads nowhere.
/// </summary>
internal static class LinkHeader
{
    /// <summary>The first link whose relation is <c>next</c>; where there is none, the first without a relation.</summary>
    public static NextLink Find(HttpHeadersNonValidated headers)
    {
        if (!headers.TryGetValues("Link", out var values)) return default;
        string? withoutRelation = null;
        var isOdd = false;
        foreach (var value in values)
        {
            var found = Find(value, out var isNamed);
            if (found.Target is not null && isNamed) return found;
            withoutRelation ??= found.Target;
            isOdd |= found.IsOdd;
        }

        return withoutRelation is not null ? new NextLink(withoutRelation, IsOdd: false) : new NextLink(null, isOdd);
    }

    /// <summary>The same for the value of one header.</summary>
    public static NextLink Find(string header) => Find(header, out _);

    private static NextLink Find(string header, out bool isNamed)
    {
        isNamed = false;
        var rest = header.AsSpan().TrimStart(" \t,");
        string? withoutRelation = null;
        var isRead = false;
        while (!rest.IsEmpty)
        {
            if (ReadTarget(ref rest) is not { } target) break;
            isRead = true;
            var relation = ReadRelation(ref rest);
            if (relation is true)
            {
                isNamed = true;
                return new NextLink(target, IsOdd: false);
            }

            if (relation is null) withoutRelation ??= target;
            rest = rest.TrimStart(" \t,");
        }

        return new NextLink(withoutRelation, IsOdd: !isRead && !string.IsNullOrWhiteSpace(header));
    }

    // Null for what is neither in brackets nor looks like an address.
    private static string? ReadTarget(ref ReadOnlySpan<char> rest)
    {
        var isBracketed = rest[0] == '<';
        if (!isBracketed && rest[0] is not ('/' or '?') && !rest.StartsWith("http", StringComparison.OrdinalIgnoreCase)) return null;
        if (isBracketed) rest = rest[1..];
        var end = isBracketed ? rest.IndexOf('>') : -1;
        var isClosed = end >= 0;
        if (!isClosed) end = rest.IndexOf(';');
        if (end < 0) end = rest.Length;
        var target = rest[..end].Trim().ToString();
        rest = rest[(isClosed ? end + 1 : end)..];
        return target;
    }

    // Reads one link's parameters, up to the comma before the next link: whether its relation is the next page, null for none.
    private static bool? ReadRelation(ref ReadOnlySpan<char> rest)
    {
        bool? isNext = null;
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
            if (name.Equals("rel", StringComparison.OrdinalIgnoreCase)) isNext = isNext is true || HasNext(value);
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
