using System.Globalization;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Registries.Serving;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// What can go wrong with a registry, for <see cref="InMemoryRegistry.Inject(Fault)"/>. Each strikes every request until it is narrowed:
/// <c>Faults.Hang().OnBlobs().Times(1)</c>.
/// </summary>
public static class Faults
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Never responds; ends when the client disconnects.</summary>
    public static Fault Hang() => new(async context =>
    {
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
        return true;
    });

    /// <summary>Breaks the connection off without an answer.</summary>
    public static Fault Disconnect() => new(context =>
    {
        context.Abort();
        return Task.FromResult(true);
    });

    /// <summary>Answers late, but properly.</summary>
    public static Fault Delay(TimeSpan delay, TimeProvider? time = null) => new(async context =>
    {
        await Task.Delay(delay, time ?? TimeProvider.System, context.RequestAborted);
        return false;
    });

    /// <summary>Throttles: 429 with <c>Retry-After</c> in seconds.</summary>
    public static Fault TooManyRequests(TimeSpan? retryAfter = null) => new(async context =>
    {
        if (retryAfter is { } wait) context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await RegistryError.TooManyRequests.WriteAsync(context);
        return true;
    });

    /// <summary>Answers with a status and, where given, one of the specification's error codes.</summary>
    public static Fault Status(int status, string? code = null, string message = "injected by a test") => new(async context =>
    {
        if (code is null) context.Response.StatusCode = status;
        else await new RegistryError(status, code, message).WriteAsync(context);
        return true;
    });

    /// <summary>Answers with any body.</summary>
    public static Fault Body(string contentType, ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK) => new(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return true;
    });

    /// <summary>Answers with a web page, as a captive portal or a wrong URL does.</summary>
    public static Fault WebPage() => Body("text/html", "<!doctype html><title>Sign in</title>"u8.ToArray());

    /// <summary>Answers with a JSON document of about <paramref name="size"/> bytes, without saying so beforehand.</summary>
    public static Fault HugeJson(long size) => new(async context =>
    {
        context.Response.ContentType = "application/json";
        var chunk = new byte[ChunkSize];
        chunk.AsSpan().Fill((byte)'a');
        await context.Response.Body.WriteAsync("{\"name\":\""u8.ToArray(), context.RequestAborted);
        for (long written = 0; written < size; written += ChunkSize) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        await context.Response.Body.WriteAsync("\"}"u8.ToArray(), context.RequestAborted);
        return true;
    });

    /// <summary>Responds normally, but breaks the connection after this many bytes of the body.</summary>
    public static Fault Truncate(int after) => Rewrite((context, body) => new TruncatingStream(body, after, context));

    /// <summary>Answers properly, but with the first byte of the body changed: the content no longer has its digest.</summary>
    public static Fault Corrupt() => Rewrite((_, body) => new CorruptingStream(body));

    /// <summary>Answers properly, but names another digest in <c>Docker-Content-Digest</c>.</summary>
    public static Fault LieAboutDigest(Digest? digest = null) =>
        Header(ContentAnswer.DigestHeader, (digest ?? Digest.Compute("not the content"u8)).ToString());

    /// <summary>Answers properly, but leaves <c>Docker-Content-Digest</c> out, as some registries do.</summary>
    public static Fault OmitDigest() => Header(ContentAnswer.DigestHeader, null);

    /// <summary>Answers properly, but names this as the next page.</summary>
    public static Fault NextPage(string url) => Header("Link", $"<{url}>; rel=\"next\"");

    /// <summary>Answers properly, but with a header set, or left out where null.</summary>
    public static Fault Header(string name, string? value) => new(context =>
    {
        context.Response.OnStarting(() =>
        {
            if (value is null) context.Response.Headers.Remove(name);
            else context.Response.Headers[name] = value;
            return Task.CompletedTask;
        });
        return Task.FromResult(false);
    });

    /// <summary>Sends the client elsewhere, with the request's path and query.</summary>
    public static Fault Redirect(Uri registry, int status = StatusCodes.Status307TemporaryRedirect) => new(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = new Uri(registry, context.Request.Path + context.Request.QueryString).ToString();
        return Task.FromResult(true);
    });

    private static Fault Rewrite(Func<HttpContext, Stream, Stream> rewrite) => new(context =>
    {
        context.Response.Body = rewrite(context, context.Response.Body);
        return Task.FromResult(false);
    });
}
