using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>Answers with content that has a digest: the same for blobs and manifests, GET and HEAD.</summary>
internal static class ContentAnswer
{
    public const string DigestHeader = "Docker-Content-Digest";

    public static Task WriteAsync(HttpContext context, string mediaType, Digest digest, ReadOnlyMemory<byte> content)
    {
        var etag = $"\"{digest}\"";
        context.Response.Headers.ETag = etag;
        context.Response.Headers[DigestHeader] = digest.ToString();
        if (context.Request.Headers.IfNoneMatch.Contains(etag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = mediaType;
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
