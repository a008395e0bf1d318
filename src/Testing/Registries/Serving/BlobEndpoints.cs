using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>Blobs: reading, and pushing in one request, in two, or in chunks.</summary>
internal sealed class BlobEndpoints(RegistryStore store)
{
    public Task AnswerAsync(HttpContext context, string repository, string reference)
    {
        if (!Digest.TryParse(reference, out var digest)) return RegistryError.DigestInvalid.WriteAsync(context);
        var blobs = store.Find(repository)?.Blobs;
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                if (blobs is null || !blobs.TryGetValue(digest, out var content)) return RegistryError.BlobUnknown.WriteAsync(context);
                return ContentAnswer.WriteAsync(context, "application/octet-stream", digest, content);
            case "DELETE":
                if (blobs is null || !blobs.TryRemove(digest, out _)) return RegistryError.BlobUnknown.WriteAsync(context);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return Task.CompletedTask;
            default:
                return RegistryError.Unsupported.WriteAsync(context);
        }
    }

    public Task AnswerUploadAsync(HttpContext context, string repository, string upload) => (context.Request.Method, upload) switch
    {
        ("POST", "") => StartAsync(context, repository),
        ("PATCH", _) => AppendAsync(context, repository, upload),
        ("PUT", _) => FinishAsync(context, repository, upload),
        ("GET", _) => AnswerProgressAsync(context, repository, upload),
        ("DELETE", _) => CancelAsync(context, upload),
        _ => RegistryError.Unsupported.WriteAsync(context),
    };

    private async Task StartAsync(HttpContext context, string repository)
    {
        var query = context.Request.Query;
        if (Digest.TryParse(query["mount"], out var mounted) && store.Find(query["from"].ToString())?.Blobs.TryGetValue(mounted, out var content) == true)
        {
            store.Open(repository).Blobs[mounted] = content;
            AnswerCreated(context, repository, mounted);
            return;
        }

        var id = Guid.NewGuid().ToString("N");
        store.Uploads[id] = new MemoryStream();
        if (query.ContainsKey("digest"))
        {
            await FinishAsync(context, repository, id);
            return;
        }

        AnswerUpload(context, repository, id, length: 0, StatusCodes.Status202Accepted);
    }

    private async Task AppendAsync(HttpContext context, string repository, string id)
    {
        if (!store.Uploads.TryGetValue(id, out var upload))
        {
            await RegistryError.BlobUploadUnknown.WriteAsync(context);
            return;
        }

        await context.Request.Body.CopyToAsync(upload, context.RequestAborted);
        AnswerUpload(context, repository, id, upload.Length, StatusCodes.Status202Accepted);
    }

    private async Task FinishAsync(HttpContext context, string repository, string id)
    {
        if (!store.Uploads.TryGetValue(id, out var upload))
        {
            await RegistryError.BlobUploadUnknown.WriteAsync(context);
            return;
        }

        await context.Request.Body.CopyToAsync(upload, context.RequestAborted);
        store.Uploads.TryRemove(id, out _);
        var content = upload.ToArray();
        if (!Digest.TryParse(context.Request.Query["digest"], out var digest) || !digest.Matches(content))
        {
            await RegistryError.DigestInvalid.WriteAsync(context);
            return;
        }

        store.Open(repository).Blobs[digest] = content;
        AnswerCreated(context, repository, digest);
    }

    private Task AnswerProgressAsync(HttpContext context, string repository, string id)
    {
        if (!store.Uploads.TryGetValue(id, out var upload)) return RegistryError.BlobUploadUnknown.WriteAsync(context);
        AnswerUpload(context, repository, id, upload.Length, StatusCodes.Status204NoContent);
        return Task.CompletedTask;
    }

    private Task CancelAsync(HttpContext context, string id)
    {
        if (!store.Uploads.TryRemove(id, out _)) return RegistryError.BlobUploadUnknown.WriteAsync(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static void AnswerUpload(HttpContext context, string repository, string id, long length, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{id}";
        // An inclusive range; "0-0" also stands for nothing, as the specification's example has it.
        context.Response.Headers.Range = $"0-{Math.Max(0, length - 1)}";
    }

    private static void AnswerCreated(HttpContext context, string repository, Digest digest)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/{digest}";
        context.Response.Headers[ContentAnswer.DigestHeader] = digest.ToString();
    }
}
