using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Follows the links from page to page of one list: only on the same host, to no page twice, while they bring something, and up to a limit.</summary>
internal sealed class Pagination(RequestTarget target, RegistryErrors errors, int maximumPages = Pagination.MaximumPages)
{
    /// <summary>
    /// Most pages of one list: enough for a million entries in the small pages of some registries. Beyond it, the links are taken as endless.
    /// </summary>
    public const int MaximumPages = 20_000;

    /// <summary>Most pages in a row without anything new. Registries that filter a page after they have cut it send some.</summary>
    public const int MaximumEmptyPages = 20;

    /// <summary>Characters of a link: registries put a position into it, of some hundred at most.</summary>
    public const int MaximumLinkLength = 8192;

    /// <summary>Hashes of the addresses, which may be long.</summary>
    private readonly HashSet<UInt128> _visited = [];
    private int _emptyInARow;

    /// <summary>Records a page that is about to be read.</summary>
    /// <exception cref="RegistryException">It has been read before, so the links form a cycle; or there are too many.</exception>
    public void Visit(Uri page)
    {
        if (_visited.Count == maximumPages) throw errors.Create(RegistryErrorKind.TooLarge, target, page, $"the list has more than {maximumPages} pages");
        if (!_visited.Add(HashOf(page))) throw errors.Create(RegistryErrorKind.InvalidResponse, target, page, "the pages of the list lead in a circle");
    }

    /// <summary>Records what a page has brought.</summary>
    /// <param name="page">The page.</param>
    /// <param name="entries">How many entries it has that were not known before.</param>
    /// <exception cref="RegistryException">Too many pages in a row have brought nothing.</exception>
    public void Count(Uri page, int entries)
    {
        _emptyInARow = entries > 0 ? 0 : _emptyInARow + 1;
        if (_emptyInARow > MaximumEmptyPages)
            throw errors.Create(RegistryErrorKind.InvalidResponse, target, page, $"more than {MaximumEmptyPages} pages of the list in a row bring nothing new");
    }

    /// <summary>The page after the one in <paramref name="exchange"/>; null at the end.</summary>
    /// <exception cref="RegistryException">The link leads to another host.</exception>
    public Uri? Next(Exchange exchange) => Next(LinkHeader.FindNext(exchange.Response.Headers.NonValidated), exchange.Url);

    /// <summary>The same for the target of a link on the page <paramref name="current"/>.</summary>
    public Uri? Next(string? link, Uri current)
    {
        if (link is null) return null;
        if (link.Length > MaximumLinkLength)
            throw errors.Create(RegistryErrorKind.InvalidResponse, target, current, $"the link to the next page has more than {MaximumLinkLength} characters");
        if (!Uri.TryCreate(current, link, out var next))
            throw errors.Create(RegistryErrorKind.InvalidResponse, target, current, "the link to the next page is not a valid URL");
        if (string.Equals(next.Host, current.Host, StringComparison.OrdinalIgnoreCase))
        {
            if (next.Scheme == current.Scheme && next.Port == current.Port) return next;
            // Behind a proxy that terminates TLS, registries often link to themselves by http://: the next page is requested with this page's scheme.
            if (next.Port == current.Port || (next.IsDefaultPort && current.IsDefaultPort))
                return new Uri(current.GetLeftPart(UriPartial.Authority) + next.PathAndQuery);
        }

        throw errors.Create(
            RegistryErrorKind.InvalidResponse,
            target,
            current,
            $"the link to the next page leads to another host ({next.Authority}), which is not followed",
            "The registry, or the proxy before it, must be set to know its own public URL.");
    }

    private static UInt128 HashOf(Uri page)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(page.AbsoluteUri));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, sizeof(ulong)));
    }
}
