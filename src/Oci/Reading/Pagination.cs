using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Goes from page to page of one list: stays on the host, never comes by the same page twice, and not for ever.</summary>
internal sealed class Pagination(RequestTarget target, RegistryErrors errors)
{
    /// <summary>Most pages of one list: a million entries in the small pages of some registries. More is a registry that makes up links.</summary>
    public const int MaximumPages = 20_000;

    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);

    /// <summary>Takes note of a page that is about to be read.</summary>
    /// <exception cref="RegistryException">It has been read before: the links lead in a circle. Or there is no end of them.</exception>
    public void Visit(Uri page)
    {
        if (_visited.Count == MaximumPages) throw errors.Create(RegistryErrorKind.TooLarge, target, page, $"the list has more than {MaximumPages} pages");
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
            // Behind a proxy that ends TLS, registries often write http:// in links to themselves: the page is then asked for as this one was.
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
