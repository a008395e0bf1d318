using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags. <paramref name="Next"/> is the page after it, null at the end of the list.</summary>
internal sealed record TagPage(TagNames Tags, Uri? Next)
{
    /// <summary>True where the registry says that there is more, and not readably where.</summary>
    public bool IsLinkOdd { get; init; }

    /// <summary>The validator of the page for conditional requests, as sent.</summary>
    public string? ETag { get; init; }

    /// <summary>The bytes that it takes in memory, its address among them.</summary>
    public long Size =>
        256 + OciClientOptions.SizeOf(ETag ?? "") + (2 * OciClientOptions.SizeOf(Next?.AbsoluteUri ?? "")) + Tags.Valid.Sum(OciClientOptions.SizeOf);
}

/// <summary>The entries of one page.</summary>
/// <param name="Valid">Those that are tags by the specification's grammar.</param>
/// <param name="Invalid">How many are none.</param>
internal sealed record TagNames(IReadOnlyList<string> Valid, int Invalid)
{
    public static TagNames None { get; } = new([], 0);
}

/// <summary>
/// Pages with an <c>ETag</c>, so that an unchanged page is confirmed (304) instead of sent. Bounded by the bytes that they take. Each access has its own pages:
/// a registry may give the same <c>ETag</c> to users who see different tags.
/// </summary>
internal sealed class TagPageCache(long maximumBytes)
{
    private readonly BoundedCache<(string Access, string Url), TagPage> _pages = new(maximumBytes, page => page.Size);

    public TagPage? Find(string access, Uri url) => _pages.Find((access, url.AbsoluteUri));

    public void Store(string access, Uri url, TagPage page)
    {
        if (page.ETag is not null) _pages.Set((access, url.AbsoluteUri), page);
    }
}

/// <summary>The pages of one access: registry, how it is verified, and who asks.</summary>
internal sealed class TagPages(TagPageCache cache, string access)
{
    public TagPage? Find(Uri url) => cache.Find(access, url);

    public void Store(Uri url, TagPage page) => cache.Store(access, url, page);
}
