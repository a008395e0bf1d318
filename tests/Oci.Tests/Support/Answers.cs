using System.Text;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>Answers that the tests' registries give.</summary>
internal static class Answers
{
    public static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$"""
        {
          "schemaVersion": 2,
          "mediaType": "{{MediaTypes.OciManifest}}",
          "config": { "mediaType": "{{MediaTypes.OciImageConfig}}", "digest": "sha256:{{new string('a', 64)}}", "size": 2 },
          "layers": []
        }
        """);

    public static readonly Digest ManifestDigest = Digest.Compute(Manifest);

    public static Task JsonAsync(HttpContext context, string json, int status = StatusCodes.Status200OK, string contentType = "application/json") =>
        BytesAsync(context, Encoding.UTF8.GetBytes(json), contentType, status);

    public static async Task BytesAsync(HttpContext context, byte[] content, string? contentType, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(content);
    }

    /// <summary>Says nothing more until the client gives up.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
        await aborted.Task;
    }

    /// <summary>A challenge for a Bearer token of this server's own <c>/token</c>, for reading <c>a/b</c>.</summary>
    public static string TokenChallenge(HttpContext context) =>
        $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"s\",scope=\"repository:a/b:pull\"";

    /// <summary>401 with a challenge.</summary>
    public static Task RefuseAsync(HttpContext context, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return ErrorAsync(context, 401, "UNAUTHORIZED", "authentication required");
    }

    /// <summary>The manifest where the request has this <c>Authorization</c> header, else 401 with the challenge for a token.</summary>
    public static Task ManifestForAsync(HttpContext context, string authorization) =>
        context.Request.Headers.Authorization == authorization ? ManifestAsync(context) : RefuseAsync(context, TokenChallenge(context));

    public static Task ErrorAsync(HttpContext context, int status, string code, string message) =>
        JsonAsync(context, $$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""", status);

    /// <summary>The manifest above, with the headers of a good registry.</summary>
    public static Task ManifestAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Content-Digest"] = ManifestDigest.ToString();
        return BytesAsync(context, Manifest, MediaTypes.OciManifest);
    }
}
