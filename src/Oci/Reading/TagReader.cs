using System.Net;
using System.Runtime.CompilerServices;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Lists tags page by page (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"/>).</summary>
internal sealed class TagReader(
    RequestExecutor executor, RegistryCapabilities capabilities, string repositoryUrl, TagPages cache, LargePages large, string group,
    OciClientOptions options)
{
    private static readonly RequestTarget Target = new(RequestTargetKind.Tags);

    private readonly TagListAddress _address = new(repositoryUrl, options.TagPageSize);

    /// <summary>Entries of the last list that are no tags by the specification's grammar, and were left out.</summary>
    public int InvalidTags { get; private set; }

    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = new Pagination(Target, executor.Errors);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        InvalidTags = 0;
        var way = new Way(_address, pages, takesSize: !capabilities.RefusesPageSize);
        var unconfirmed = new HashSet<string>(StringComparer.Ordinal);
        for (var next = way.First; next is not null;)
        {
            pages.Visit(next.Url);
            var found = new Found(way.Last);
            // A page of another path may fail after it brought tags. They are new still where the list itself brings them, so that these lead on.
            var elsewhere = _address.IsElsewhere(next) ? new List<string>() : null;
            await using var reading = new TagPageReading(
                new TagFlow(large, group), (tags, token) => ReadPageAsync(next, pages, tags, token), cancellationToken);
            while (await reading.TakeAsync() is { } tags)
            {
                foreach (var tag in tags)
                {
                    var isNew = seen.Add(tag);
                    found.Add(tag, isNew || unconfirmed.Remove(tag));
                    if (!isNew) continue;
                    elsewhere?.Add(tag);
                    bytes += OciClientOptions.SizeOf(tag);
                    yield return tag;
                }

                if (seen.Count > options.MaximumTags || bytes > options.MaximumTagBytes) throw TooLarge(next.Url, bytes);
            }

            var (page, refusal) = await reading.EndAsync(failure => IsRefusal(next, failure));
            if (page is null)
            {
                next = way.Instead(next) ?? throw refusal!;
                unconfirmed.UnionWith(elsewhere ?? []);
                continue;
            }

            if (page.IsCut) throw TooLarge(next.Url, bytes);
            if (way.HasLeftSizeOut) capabilities.RefusesPageSize = true;
            InvalidTags += page.Invalid;
            if (!page.HasNext) yield break;
            pages.Count(next.Url, found.New);
            if (way.IsEnd(next, page, found)) yield break;
            next = way.After(next, page, found) ?? throw NoWayOn(next.Url);
        }
    }

    private bool IsRefusal(TagListPage page, RegistryException failure)
    {
        // Who follows a link to another path may end anywhere.
        if (page.Origin is TagListPageOrigin.Link && _address.IsElsewhere(page))
        {
            return failure.Kind is RegistryErrorKind.Unauthorized or RegistryErrorKind.Denied or RegistryErrorKind.NotFound
                or RegistryErrorKind.InvalidRequest or RegistryErrorKind.InvalidResponse or RegistryErrorKind.ServerError;
        }

        // Without a connection, the status is that of a proxy.
        return failure.Kind is not RegistryErrorKind.Unreachable && (int?)failure.StatusCode is >= 400 and < 500 and not (401 or 403 or 404 or 429);
    }

    private ValueTask<TagPageEnd> ReadPageAsync(TagListPage page, Pagination pages, TagFlow tags, CancellationToken cancellationToken)
    {
        var known = cache.Find(page.Url);
        var request = new RegistryRequest(HttpMethod.Get, page.Url, Target) { Accept = "application/json", IfNoneMatch = known?.ETag };
        return executor.ExecuteAsync(request, exchange => ReadPageAsync(exchange, known, pages, tags), cancellationToken);
    }

    private async ValueTask<TagPageEnd> ReadPageAsync(Exchange exchange, TagPage? known, Pagination pages, TagFlow tags)
    {
        tags.Begin();
        var response = exchange.Response;
        if (known is not null && response.StatusCode == HttpStatusCode.NotModified)
        {
            await tags.GiveAsync(known.Tags.Valid, exchange);
            return new TagPageEnd(known.Next, known.Tags.Invalid) { IsLinkOdd = known.IsLinkOdd };
        }

        if (response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        var link = LinkHeader.Find(response.Headers.NonValidated);
        var next = link.Target is null ? null : pages.Resolve(link.Target, exchange.Url);
        var isLinkOdd = next is null && (link.IsOdd || link.Target is not null);
        var etag = response.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null;
        var kept = etag is null ? null : new List<string>();
        var bytes = 0L;
        var parser = new TagListParser(options.MaximumTags, options.MaximumTagBytes);
        if (await new TagListBody(options.MaximumTagPageBytes).ReadAsync(response.Content, parser, TakeAsync, exchange.Token) is { } other)
            throw executor.Errors.NoTagList(exchange, other);
        if (kept is not null && !parser.IsCut)
            cache.Store(exchange.Request.Url, new TagPage(new TagNames(kept, parser.Invalid), next) { IsLinkOdd = isLinkOdd, ETag = etag });
        return new TagPageEnd(next, parser.Invalid) { IsLinkOdd = isLinkOdd, IsCut = parser.IsCut };

        ValueTask TakeAsync(IReadOnlyList<string> taken)
        {
            if (kept is not null && (bytes += taken.Sum(OciClientOptions.SizeOf)) > options.CachedTagBytes) kept = null;
            kept?.AddRange(taken);
            return tags.GiveAsync(taken, exchange);
        }
    }

    private RegistryException TooLarge(Uri url, long bytes) => executor.Errors.Create(
        RegistryErrorKind.TooLarge,
        Target,
        url,
        bytes > options.MaximumTagBytes ? $"the tags take more than {options.MaximumTagBytes >> 20} MiB" : $"there are more than {options.MaximumTags} tags");

    private RegistryException NoWayOn(Uri url) => executor.Errors.Create(
        RegistryErrorKind.InvalidResponse,
        Target,
        url,
        "the registry says that there are more tags, but neither its link to the next page nor the last tag leads on",
        "The registry, or the proxy before it, must be set to know its own public URL.");

    /// <summary>The way through the pages of one list: by links, and where these lead nowhere, by the last tag.</summary>
    private sealed class Way(TagListAddress address, Pagination pages, bool takesSize)
    {
        private bool _takesSize = takesSize;
        private bool _followsLinks = true;

        /// <summary>The last tag of the last page that brought something new; null for none.</summary>
        public string? Last { get; private set; }

        public TagListPage? First => address.After(null, _takesSize);

        /// <summary>True where a page was refused with its size, so that it was asked for without.</summary>
        public bool HasLeftSizeOut { get; private set; }

        /// <summary>The page to ask for in the place of one that was refused; null for none.</summary>
        public TagListPage? Instead(TagListPage refused)
        {
            var isElsewhere = refused.Origin is TagListPageOrigin.Link && address.IsElsewhere(refused);
            if (!isElsewhere && TagListAddress.WithoutSize(refused) is { } smaller)
            {
                HasLeftSizeOut = true;
                _takesSize = false;
                return NotVisited(smaller);
            }

            if (refused.Origin is not TagListPageOrigin.Link || Last is null) return null;
            _followsLinks = false;
            return NotVisited(address.After(Last, _takesSize));
        }

        /// <summary>
        /// True where a page is the last although the registry says that there is more, as some do on every page: it brings nothing new, and leads to nothing
        /// but what was read. That is asked for by the last tag, too.
        /// </summary>
        public bool IsEnd(TagListPage current, TagPageEnd page, Found found)
        {
            if (found.New > 0 || LeadsOn(page)) return false;
            if (current.Origin is TagListPageOrigin.LastTag) return found.IsLastAlone;
            return Last is null ? page.Next is not null && found.Last is null : pages.IsVisited(address.After(Last, _takesSize).Url);
        }

        /// <summary>The page after one that is not the last; null where nothing leads on.</summary>
        public TagListPage? After(TagListPage current, TagPageEnd page, Found found)
        {
            if (found.New > 0) Last = found.Last;
            var link = page.Next is { } next && _followsLinks ? new TagListPage(next, TagListPageOrigin.Link) : null;
            // A first page that leads to itself says nothing of where others are.
            if (link is not null && (LeadsOn(page) || current.Origin is TagListPageOrigin.First)) return link;
            if (current.Origin is TagListPageOrigin.LastTag && found.New == 0) return null;
            return Last is null ? null : address.After(Last, _takesSize);
        }

        private bool LeadsOn(TagPageEnd page) => page.Next is { } next && _followsLinks && !pages.IsVisited(next);

        private TagListPage? NotVisited(TagListPage page) => pages.IsVisited(page.Url) ? null : page;
    }

    /// <summary>The tags of one page.</summary>
    /// <param name="before">The last tag before them.</param>
    private sealed class Found(string? before)
    {
        public string? Last { get; private set; }

        /// <summary>How many were not known before.</summary>
        public int New { get; private set; }

        /// <summary>True where a page that was asked for by the last tag is the end of the list: it has no tag, or that one once more.</summary>
        public bool IsLastAlone { get; private set; } = true;

        public void Add(string tag, bool isNew)
        {
            Last = tag;
            if (isNew) New++;
            IsLastAlone &= tag == before;
        }
    }
}
