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
        for (var next = way.First; next is not null;)
        {
            pages.Visit(next.Url);
            var (answer, refusal) = await TryReadPageAsync(next, pages, cancellationToken);
            if (answer is not { Page: var page })
            {
                next = way.Instead(next) ?? throw refusal!;
                continue;
            }

            // A large page takes its room until all its tags are with whoever counts them.
            using var room = answer.Room;
            if (way.HasLeftSizeOut) capabilities.RefusesPageSize = true;
            InvalidTags += page.Tags.Invalid;
            var before = seen.Count;
            foreach (var tag in page.Tags.Valid)
            {
                if (!seen.Add(tag)) continue;
                bytes += OciClientOptions.SizeOf(tag);
                yield return tag;
            }

            if (seen.Count > options.MaximumTags || (page.Tags.IsCut && bytes <= options.MaximumTagBytes))
                throw executor.Errors.Create(RegistryErrorKind.TooLarge, Target, next.Url, $"there are more than {options.MaximumTags} tags");
            if (bytes > options.MaximumTagBytes)
                throw executor.Errors.Create(RegistryErrorKind.TooLarge, Target, next.Url, $"the tags take more than {options.MaximumTagBytes >> 20} MiB");
            if (page.HasNext) pages.Count(next.Url, seen.Count - before);
            if (next.Origin is TagListPageOrigin.LastTag && seen.Count == before && !way.IsEnd(page)) throw NoWayOn(next.Url);
            next = way.After(page) ?? (page.HasNext ? throw NoWayOn(next.Url) : null);
        }
    }

    // A refusal is for the caller to judge: there may be another way to the same tags.
    private async ValueTask<(PageAnswer? Answer, RegistryException? Refusal)> TryReadPageAsync(
        TagListPage page, Pagination pages, CancellationToken cancellationToken)
    {
        var known = cache.Find(page.Url);
        var request = new RegistryRequest(HttpMethod.Get, page.Url, Target) { Accept = "application/json", IfNoneMatch = known?.ETag };
        try
        {
            return (await executor.ExecuteAsync(request, exchange => ReadPageAsync(exchange, known, pages), cancellationToken), null);
        }
        catch (RegistryException refusal) when (IsRefusal(page, refusal))
        {
            return (null, refusal);
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

        return (int?)failure.StatusCode is >= 400 and < 500 and not (401 or 403 or 404 or 429);
    }

    private async ValueTask<PageAnswer> ReadPageAsync(Exchange exchange, TagPage? known, Pagination pages)
    {
        var response = exchange.Response;
        if (known is not null && response.StatusCode == HttpStatusCode.NotModified) return new PageAnswer(known, Room: null);
        if (response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        var link = LinkHeader.Find(response.Headers.NonValidated);
        var next = link.Target is null ? null : pages.Resolve(link.Target, exchange.Url);
        var body = await BoundedBody.ReadPooledAsync(
            response.Content, options.MaximumPageBytes, () => exchange.WaitAsync(token => large.EnterAsync(group, token)), exchange.Token);
        try
        {
            var tags = TagListResponse.Read(body.Span, options.MaximumTags, options.MaximumTagBytes)
                ?? throw executor.Errors.NoTagList(exchange, body.Span);
            var page = new TagPage(tags, next)
            {
                IsCut = next is null && (link.IsOdd || link.Target is not null),
                ETag = response.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null,
            };
            if (!tags.IsCut) cache.Store(exchange.Request.Url, page);
            return new PageAnswer(page, body.ReturnBuffer());
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>A page and, where it is large, the room that it takes.</summary>
    private sealed record PageAnswer(TagPage Page, IDisposable? Room);

    private RegistryException NoWayOn(Uri url) => executor.Errors.Create(
        RegistryErrorKind.InvalidResponse,
        Target,
        url,
        "the registry says that there are more tags, but neither its link to the next page nor the last tag leads on",
        "The registry, or the proxy before it, must be set to know its own public URL.");

    /// <summary>The way through the pages of one list: by links, and where these lead nowhere, by the last tag.</summary>
    private sealed class Way(TagListAddress address, Pagination pages, bool takesSize)
    {
        private string? _last;
        private bool _takesSize = takesSize;
        private bool _followsLinks = true;

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

            if (refused.Origin is not TagListPageOrigin.Link || _last is null) return null;
            _followsLinks = false;
            return NotVisited(address.After(_last, _takesSize));
        }

        /// <summary>The page after one; null where it is the last, or nothing leads on.</summary>
        public TagListPage? After(TagPage page)
        {
            _last = page.Tags.Valid is [.., var last] ? last : _last;
            if (!page.HasNext) return null;
            if (page.Next is { } next && _followsLinks) return new TagListPage(next, TagListPageOrigin.Link);
            return _last is null ? null : address.After(_last, _takesSize);
        }

        /// <summary>
        /// True where a page that brings nothing new, asked for by the last tag, is the end of the list: it has no tag, or that one once more.
        /// </summary>
        public bool IsEnd(TagPage page) => page.Tags.Valid.All(tag => tag == _last);

        private TagListPage? NotVisited(TagListPage page) => pages.IsVisited(page.Url) ? null : page;
    }
}
