using System.Globalization;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>Lists: a repository's tags, page by page, and a manifest's referrers.</summary>
internal sealed class ListEndpoints(RegistryStore store, InMemoryRegistryOptions options)
{
    /// <summary>Tags in lexical order, at most <c>n</c> after <c>last</c>; a <c>Link</c> names the next page.</summary>
    public Task AnswerTagsAsync(HttpContext context, string repository)
    {
        if (!HttpMethods.IsGet(context.Request.Method)) return RegistryError.Unsupported.WriteAsync(context);
        if (store.Find(repository) is not { } content) return RegistryError.NameUnknown.WriteAsync(context);
        if (!TryReadPageSize(context.Request, out var size)) return RegistryError.PageInvalid.WriteAsync(context);

        var last = context.Request.Query["last"].ToString();
        var rest = content.Tags.Keys.Where(tag => string.CompareOrdinal(tag, last) > 0).Order(StringComparer.Ordinal).ToArray();
        var page = rest[..Math.Min(size, rest.Length)];
        if (page.Length > 0 && page.Length < rest.Length)
            context.Response.Headers.Link = $"</v2/{repository}/tags/list?n={size}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"";
        return WriteAsync(context, "application/json", OciWriter.Write(json =>
        {
            json.WriteString("name", repository);
            OciWriter.WriteStrings(json, "tags", page);
        }));
    }

    /// <summary>Referrers as an index; an unknown subject has none, it is no error.</summary>
    public Task AnswerReferrersAsync(HttpContext context, string repository, string reference)
    {
        if (!options.ReferrersApi) return RegistryError.Unsupported.WriteAsync(context, StatusCodes.Status404NotFound);
        if (!HttpMethods.IsGet(context.Request.Method)) return RegistryError.Unsupported.WriteAsync(context);
        if (!Digest.TryParse(reference, out var subject)) return RegistryError.DigestInvalid.WriteAsync(context);

        var artifactType = context.Request.Query["artifactType"].ToString();
        if (artifactType.Length > 0) context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        var referrers = (store.Find(repository)?.Manifests.Values ?? [])
            .Where(manifest => manifest.Subject == subject)
            .Select(manifest => manifest.Descriptor)
            .Where(descriptor => artifactType.Length == 0 || descriptor.ArtifactType == artifactType)
            .OrderBy(descriptor => descriptor.Digest.ToString(), StringComparer.Ordinal)
            .ToArray();
        return WriteAsync(context, MediaTypes.OciIndex, OciWriter.WriteIndex(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = referrers }));
    }

    private bool TryReadPageSize(HttpRequest request, out int size)
    {
        size = options.MaximumPageSize ?? int.MaxValue;
        var text = request.Query["n"].ToString();
        if (text.Length == 0) return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)) return false;
        size = Math.Min(size, asked);
        return true;
    }

    private static Task WriteAsync(HttpContext context, string mediaType, byte[] body)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
