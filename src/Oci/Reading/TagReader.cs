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

    /// <summary>Entries of the last list that are no tags by the specification's grammar, and were left out.</summary>
    public int InvalidTags { get; private set; }

    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = new Pagination(Target, executor.Errors);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        InvalidTags = 0;
        var url = FirstPage(withSize: !capabilities.RefusesPageSize);
        while (url is not null)
        {
            pages.Visit(url);
            var answer = await ReadPageAsync(url, pages, cancellationToken);
            if (answer is not { Page: var page })
            {
                url = FirstPage(withSize: false);
                continue;
            }

            // A large page takes its room until all its tags are with whoever counts them.
            using var room = answer.Room;
            InvalidTags += page.Tags.Invalid;
            var before = seen.Count;
            foreach (var tag in page.Tags.Valid)
            {
                if (!seen.Add(tag)) continue;
                bytes += OciClientOptions.SizeOf(tag);
                yield return tag;
            }

            if (seen.Count > options.MaximumTags || (page.Tags.IsCut && bytes <= options.MaximumTagBytes))
                throw executor.Errors.Create(RegistryErrorKind.TooLarge, Target, url, $"there are more than {options.MaximumTags} tags");
            if (bytes > options.MaximumTagBytes)
                throw executor.Errors.Create(RegistryErrorKind.TooLarge, Target, url, $"the tags take more than {options.MaximumTagBytes >> 20} MiB");
            if (page.Next is not null) pages.Count(url, seen.Count - before);
            url = page.Next;
        }
    }

    // Null where the registry refuses the page size, and the first page must be requested without it.
    private ValueTask<PageAnswer?> ReadPageAsync(Uri url, Pagination pages, CancellationToken cancellationToken)
    {
        var known = cache.Find(url);
        var request = new RegistryRequest(HttpMethod.Get, url, Target) { Accept = "application/json", IfNoneMatch = known?.ETag };
        return executor.ExecuteAsync(request, exchange => ReadPageAsync(exchange, known, pages), cancellationToken);
    }

    private async ValueTask<PageAnswer?> ReadPageAsync(Exchange exchange, TagPage? known, Pagination pages)
    {
        var response = exchange.Response;
        if (known is not null && response.StatusCode == HttpStatusCode.NotModified) return new PageAnswer(known, Room: null);
        if (response.StatusCode == HttpStatusCode.BadRequest && !capabilities.RefusesPageSize && exchange.Request.Url == FirstPage(withSize: true))
        {
            await exchange.DrainAsync();
            capabilities.RefusesPageSize = true;
            return null;
        }

        if (response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        var next = pages.Next(exchange);
        var body = await BoundedBody.ReadPooledAsync(
            response.Content, options.MaximumPageBytes, () => exchange.WaitAsync(token => large.EnterAsync(group, token)), exchange.Token);
        try
        {
            var tags = TagListResponse.Read(body.Span, options.MaximumTags, options.MaximumTagBytes)
                ?? throw executor.Errors.NoTagList(exchange, body.Span);
            var page = new TagPage(tags, next) { ETag = response.Headers.NonValidated.TryGetValues("ETag", out var tag) ? tag.ToString() : null };
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

    private Uri FirstPage(bool withSize) => new(withSize ? $"{repositoryUrl}/tags/list?n={options.TagPageSize}" : repositoryUrl + "/tags/list");
}
