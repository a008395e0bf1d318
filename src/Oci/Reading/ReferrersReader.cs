using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Lists the referrers of a manifest, by the API or the fallback tag
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"/>).
/// </summary>
internal sealed class ReferrersReader(
    RequestExecutor executor, RegistryCapabilities capabilities, ManifestReader manifests, string repositoryUrl, LargePages large,
    string group, OciClientOptions options)
{
    // "Referrers Tag Schema": the algorithm has at most 32 characters in the tag, the encoded part 64.
    private const int TagAlgorithmLength = 32;
    private const int TagEncodedLength = 64;

    public async IAsyncEnumerable<Descriptor> ListAsync(Digest subject, string? artifactType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var referrer in ListAsync(subject, artifactType, _ => true, cancellationToken)) yield return referrer.Descriptor;
    }

    /// <param name="subject">The digest of the manifest referred to.</param>
    /// <param name="artifactType">Only referrers whose descriptor has this type; null for all.</param>
    /// <param name="mayHaveTag">False for a tag that the repository lacks.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async IAsyncEnumerable<Referrer> ListAsync(
        Digest subject, string? artifactType, Func<string, bool> mayHaveTag, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var target = new RequestTarget(RequestTargetKind.Referrers, subject.ToString());
        var pages = new Pagination(target, executor.Errors, options.MaximumReferrerPages);
        long bytes = 0;
        var url = capabilities.Referrers.IsKnownAbsent ? null : FirstPage(subject, artifactType);
        var isAnswered = false;
        while (url is not null)
        {
            pages.Visit(url);
            var request = new RegistryRequest(HttpMethod.Get, url, target) { Accept = MediaTypes.OciIndex };
            var page = await executor.ExecuteAsync(request, exchange => ReadPageAsync(exchange, pages, isFirst: !isAnswered), cancellationToken);
            if (page is null) break;
            isAnswered = true;
            bytes += page.Bytes;
            foreach (var descriptor in page.Referrers)
            {
                if (page.IsFiltered || IsOfType(descriptor, artifactType)) yield return new Referrer(descriptor, FallbackTag: null);
            }

            if (page.Next is not null) pages.Count(url, page.Referrers.Count);
            // Some registries set a link on every page: on an empty last one it leads to what was read.
            var isEnd = page.Next is null || (page.Referrers.Count == 0 && pages.IsVisited(page.Next));
            url = isEnd ? null : page.Next;
            if (url is not null && bytes > options.MaximumReferrersBytes)
                throw executor.Errors.Create(RegistryErrorKind.TooLarge, target, url, $"the list has more than {options.MaximumReferrersBytes} bytes");
        }

        if (isAnswered) yield break;
        var tag = FallbackTag(subject);
        if (!mayHaveTag(tag) || await manifests.FindAsync(tag, cancellationToken) is not { } fallback) yield break;
        foreach (var descriptor in ReadFallback(fallback, target))
        {
            if (IsOfType(descriptor, artifactType)) yield return new Referrer(descriptor, tag);
        }
    }

    /// <summary>The tag of the index of a manifest's referrers, in a registry without the API.</summary>
    public static string FallbackTag(Digest subject)
    {
        var tag = new StringBuilder();
        tag.Append(Cut(subject.Algorithm, TagAlgorithmLength)).Append('-').Append(Cut(subject.Encoded, TagEncodedLength));
        for (var i = 0; i < tag.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(tag[i]) && tag[i] is not ('_' or '.' or '-')) tag[i] = '-';
        }

        return tag.ToString();

        static ReadOnlySpan<char> Cut(string text, int length) => text.AsSpan(0, Math.Min(text.Length, length));
    }

    // Null where the registry does not have the API.
    private async ValueTask<ReferrersPage?> ReadPageAsync(Exchange exchange, Pagination pages, bool isFirst)
    {
        var response = exchange.Response;
        var isIndex = MediaTypes.IsIndex(ManifestMediaType.Of(response.Content));
        if (response.StatusCode == HttpStatusCode.OK && isIndex)
        {
            var next = pages.Next(exchange);
            using var body = await BoundedBody.ReadPooledAsync(
                response.Content, options.MaximumReferrersBytes, () => exchange.WaitAsync(token => large.EnterReferrersAsync(group, token)), exchange.Token);
            return new ReferrersPage(OciDocument.ReadIndex(body.Content).Manifests ?? [], next, IsFiltered(response), body.Length);
        }

        if (!isFirst || !MayMeanAbsent(response.StatusCode)) throw await executor.Errors.FromResponseAsync(exchange);
        // A missing repository does not imply a missing API.
        var detail = await ErrorDetail.ReadAsync(response, exchange.Token);
        if (detail.Code is not ("NAME_UNKNOWN" or "MANIFEST_UNKNOWN")) capabilities.Referrers.MarkAbsent();
        return null;
    }

    // A registry with the API answers an unknown subject with an empty list. One without it answers 404, another status for an unknown path, or a
    // web page.
    private static bool MayMeanAbsent(HttpStatusCode status) => status
        is HttpStatusCode.OK
        or HttpStatusCode.BadRequest
        or HttpStatusCode.NotFound
        or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.NotAcceptable
        or HttpStatusCode.NotImplemented;

    private IReadOnlyList<Descriptor> ReadFallback(Manifest fallback, RequestTarget target)
    {
        var url = new Uri(repositoryUrl);
        if (!MediaTypes.IsIndex(fallback.MediaType))
            throw executor.Errors.Create(RegistryErrorKind.InvalidResponse, target, url, $"the fallback tag holds no index but '{fallback.MediaType}'");
        try
        {
            return fallback.ReadIndex().Manifests ?? [];
        }
        catch (JsonException e)
        {
            throw executor.Errors.Create(RegistryErrorKind.InvalidResponse, target, url, "the index of the fallback tag is not valid", cause: e);
        }
    }

    private Uri FirstPage(Digest subject, string? artifactType) => new(artifactType is null
        ? $"{repositoryUrl}/referrers/{subject}"
        : $"{repositoryUrl}/referrers/{subject}?artifactType={Uri.EscapeDataString(artifactType)}");

    private static bool IsFiltered(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("OCI-Filters-Applied", out var values)
        && values.ToString().Contains("artifactType", StringComparison.Ordinal);

    private static bool IsOfType(Descriptor descriptor, string? artifactType) => artifactType is null || descriptor.ArtifactType == artifactType;

    private sealed record ReferrersPage(IReadOnlyList<Descriptor> Referrers, Uri? Next, bool IsFiltered, long Bytes);
}
