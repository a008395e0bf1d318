namespace RegistryOperator.Oci.Reading;

/// <summary>A page of tags. <paramref name="Next"/> is the page after it, null at the end of the list.</summary>
internal sealed record TagPage(string?[] Tags, Uri? Next)
{
    /// <summary>The validator of the page for conditional requests, as sent.</summary>
    public string? ETag { get; init; }
}

/// <summary>
/// An LRU cache of pages with an <c>ETag</c>, so that an unchanged page is confirmed (304) instead of sent. It is shared between users, since the
/// registry confirms a page only to a user who may read it. Bounded by the number of tags.
/// </summary>
internal sealed class TagPageCache(int maximumTags)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private int _tags;

    public TagPage? Find(Uri url)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(url.AbsoluteUri, out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Page;
        }
    }

    public void Store(Uri url, TagPage page)
    {
        if (page.ETag is null || Cost(page) > maximumTags) return;
        lock (_lock)
        {
            if (_entries.TryGetValue(url.AbsoluteUri, out var old)) Remove(old);
            _entries.Add(url.AbsoluteUri, _byUse.AddFirst(new Entry(url.AbsoluteUri, page)));
            _tags += Cost(page);
            while (_tags > maximumTags && _byUse.Last is { } last) Remove(last);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Url);
        _tags -= Cost(node.Value.Page);
    }

    // An empty page uses memory too.
    private static int Cost(TagPage page) => page.Tags.Length + 1;

    private sealed record Entry(string Url, TagPage Page);
}
