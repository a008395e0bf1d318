using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags. <paramref name="Next"/> is the page after it, null at the end of the list.</summary>
internal sealed record TagPage(TagNames Tags, Uri? Next)
{
    /// <summary>The validator of the page for conditional requests, as sent.</summary>
    public string? ETag { get; init; }

    /// <summary>The bytes that it takes in memory, its address among them.</summary>
    public long Size =>
        256 + OciClientOptions.SizeOf(ETag ?? "") + (2 * OciClientOptions.SizeOf(Next?.AbsoluteUri ?? "")) + Tags.Valid.Sum(OciClientOptions.SizeOf);
}

/// <summary>
/// Pages with an <c>ETag</c>, so that an unchanged page is confirmed (304) instead of sent. They are shared between users, since the registry confirms
/// a page only to a user who may read it. Bounded by the bytes that they take.
/// </summary>
internal sealed class TagPageCache(long maximumBytes)
{
    private readonly BoundedCache<string, TagPage> _pages = new(maximumBytes, page => page.Size, StringComparer.Ordinal);

    public TagPage? Find(Uri url) => _pages.Find(url.AbsoluteUri);

    public void Store(Uri url, TagPage page)
    {
        if (page.ETag is not null) _pages.Set(url.AbsoluteUri, page);
    }
}
