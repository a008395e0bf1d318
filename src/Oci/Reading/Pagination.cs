using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Follows the links from page to page of one list: only on the same host, to no page twice, and up to a limit.</summary>
internal sealed class Pagination(RequestTarget target, RegistryErrors errors, int maximumPages = Pagination.MaximumPages)
{
    /// <summary>
    /// Most pages of one list: enough for a million entries in the small pages of some registries. Beyond it, the links are taken as endless.
    /// </summary>
    public const int MaximumPages = 20_000;

    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);

    /// <summary>Records a page that is about to be read.</summary>
    /// <exception cref="RegistryException">It has been read before, so the links form a cycle; or there are too many.</exception>
    public void Visit(Uri page)
    {
        if (_visited.Count == maximumPages) throw errors.Create(RegistryErrorKind.TooLarge, target, page, $"the list has more than {maximumPages} pages");
        if (!_visited.Add(page.AbsoluteUri)) throw errors.Create(RegistryErrorKind.InvalidResponse, target, page, "the pages of the list lead in a circle");
    }

    /// <summary>The page after the one in <paramref name="exchange"/>; null at the end.</summary>
    /// <exception cref="RegistryException">The link leads to another host.</exception>
    public Uri? Next(Exchange exchange) => Next(LinkHeader.FindNext(exchange.Response.Headers.NonValidated), exchange.Url);

    /// <summary>The same for the target of a link on the page <paramref name="current"/>.</summary>
    public Uri? Next(string? link, Uri current)
    {
        if (link is null) return null;
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
}
