namespace RegistryOperator.Oci.Reading;

/// <summary>A page of a repository's tags, and how its address was found.</summary>
/// <param name="Url">The address.</param>
/// <param name="Origin">Where it comes from.</param>
internal sealed record TagListPage(Uri Url, TagListPageOrigin Origin);

internal enum TagListPageOrigin
{
    /// <summary>The first page.</summary>
    First,

    /// <summary>A link of the page before.</summary>
    Link,

    /// <summary>The last tag of the page before.</summary>
    LastTag,
}

/// <summary>
/// The addresses of a repository's list of tags (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).
/// </summary>
internal sealed class TagListAddress(string repositoryUrl, int pageSize)
{
    private readonly Uri _list = new(repositoryUrl + "/tags/list");

    /// <summary>The page after a tag; the first where that is null.</summary>
    public TagListPage After(string? tag, bool withSize)
    {
        var query = (withSize, tag) switch
        {
            (true, null) => $"?n={pageSize}",
            (false, null) => "",
            (true, _) => $"?n={pageSize}&last={Uri.EscapeDataString(tag)}",
            (false, _) => $"?last={Uri.EscapeDataString(tag)}",
        };
        return new TagListPage(new Uri(_list.AbsoluteUri + query), tag is null ? TagListPageOrigin.First : TagListPageOrigin.LastTag);
    }

    /// <summary>The same page without its size; null where it has none.</summary>
    public static TagListPage? WithoutSize(TagListPage page)
    {
        var parameters = page.Url.Query.TrimStart('?').Split('&');
        var kept = parameters.Where(parameter => !parameter.StartsWith("n=", StringComparison.Ordinal)).ToList();
        if (kept.Count == parameters.Length) return null;
        var path = page.Url.GetLeftPart(UriPartial.Path);
        return page with { Url = new Uri(kept.Count == 0 ? path : $"{path}?{string.Join('&', kept)}") };
    }

    /// <summary>True where the address is of another path than the list: nothing that it answers says anything of the list.</summary>
    public bool IsElsewhere(TagListPage page) => page.Url.AbsolutePath != _list.AbsolutePath;
}
