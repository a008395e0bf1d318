using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Follows the links from page to page of one list: always on the same host, to no page twice, while they bring something, and up to a limit.
/// </summary>
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

    /// <summary>True where a page has been read before.</summary>
    public bool IsVisited(Uri page) => _visited.Contains(HashOf(page));

    /// <summary>The page after the one in <paramref name="exchange"/>; null at the end.</summary>
    /// <exception cref="RegistryException">There is a link, which can't be read or followed.</exception>
    public Uri? Next(Exchange exchange)
    {
        var link = LinkHeader.Find(exchange.Response.Headers.NonValidated);
        if (link.IsOdd) throw NotAUrl(exchange.Url);
        return Next(link.Target, exchange.Url);
    }

    /// <summary>The same for the target of a link on the page <paramref name="current"/>.</summary>
    public Uri? Next(string? link, Uri current) => link is null ? null : Resolve(link, current) ?? throw NotAUrl(current);

    /// <summary>
    /// The address that a link means: always on the host that sent it. Behind a proxy, registries name themselves by another scheme, port or an inner host;
    /// what they mean is the path and the query. Null for what is no URL.
    /// </summary>
    /// <exception cref="RegistryException">The link is too long.</exception>
    public Uri? Resolve(string link, Uri current)
    {
        if (link.Length > MaximumLinkLength)
            throw errors.Create(RegistryErrorKind.InvalidResponse, target, current, $"the link to the next page has more than {MaximumLinkLength} characters");
        if (link.Length == 0 || !Uri.TryCreate(current, link, out var next) || next.Scheme is not ("https" or "http")) return null;
        return new Uri(current.GetLeftPart(UriPartial.Authority) + next.PathAndQuery);
    }

    private RegistryException NotAUrl(Uri current) =>
        errors.Create(RegistryErrorKind.InvalidResponse, target, current, "the link to the next page is not a valid URL");

    private static UInt128 HashOf(Uri page)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(page.AbsoluteUri));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, sizeof(ulong)));
    }
}
