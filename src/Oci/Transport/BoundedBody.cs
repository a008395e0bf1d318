using System.Buffers;

namespace RegistryOperator.Oci.Transport;

/// <summary>A body is larger than its limit. A type of its own, so that the error is worded where the request is known.</summary>
internal sealed class BodyTooLargeException(long limit, long? announced) : Exception("The body is larger than its limit.")
{
    public long Limit => limit;

    /// <summary>The <c>Content-Length</c>; null where there was none.</summary>
    public long? Announced => announced;
}

/// <summary>Reads bodies up to a limit: the Content-Length is checked before the first byte, the real length while reading.</summary>
internal static class BoundedBody
{
    private const int InitialSize = 16 * 1024;

    /// <summary>Reads a body that is kept, into an array of its exact size.</summary>
    public static async ValueTask<byte[]> ReadAsync(HttpContent content, long limit, CancellationToken cancellationToken)
    {
        var announced = CheckAnnounced(content, limit);
        if (announced is null)
        {
            using var body = await ReadPooledAsync(content, limit, cancellationToken);
            return body.Content.ToArray();
        }

        var exact = GC.AllocateUninitializedArray<byte>((int)announced);
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        await stream.ReadExactlyAsync(exact, cancellationToken);
        return exact;
    }

    /// <summary>Bytes above which a body is large.</summary>
    public const int LargeSize = 1024 * 1024;

    /// <summary>Reads a body that is only parsed, into pooled buffers.</summary>
    public static ValueTask<PooledBody> ReadPooledAsync(HttpContent content, long limit, CancellationToken cancellationToken) =>
        ReadPooledAsync(content, limit, enterLarge: null, cancellationToken);

    /// <summary>The same, where large bodies wait for room.</summary>
    /// <param name="content">The body.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="enterLarge">Waits for the room that a large body takes, before it takes it; null for no wait. Small ones never wait. The wait is ended by
    /// its own token.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<PooledBody> ReadPooledAsync(
        HttpContent content, long limit, Func<ValueTask<IDisposable>>? enterLarge, CancellationToken cancellationToken)
    {
        limit = Math.Min(limit, Array.MaxLength - 1);
        var announced = CheckAnnounced(content, limit);
        // One byte more than announced, so that the read that finds the end needs no other buffer.
        var body = new PooledBody(announced is null ? InitialSize : announced.Value + 1);
        try
        {
            if (announced > LargeSize && enterLarge is not null) body.Room = await enterLarge();
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (body.Length >= LargeSize && body.Room is null && enterLarge is not null) body.Room = await enterLarge();
                var read = await stream.ReadAsync(body.Free(), cancellationToken);
                if (read == 0) return body;
                body.Fill(read);
                if (body.Length > limit) throw new BodyTooLargeException(limit, announced);
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Discards a small body, so that its connection can be reused; a larger one is not read, which closes the connection.</summary>
    public static async ValueTask DrainAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength is 0 || content.Headers.ContentLength > limit) return;
        try
        {
            (await ReadPooledAsync(content, limit, cancellationToken)).Dispose();
        }
        catch (Exception e) when (e is BodyTooLargeException or InvalidDataException)
        {
            // The body is not needed.
        }
    }

    /// <summary>The announced length; null where there is none.</summary>
    /// <exception cref="BodyTooLargeException">It is above the limit.</exception>
    public static long? CheckAnnounced(HttpContent content, long limit)
    {
        var announced = content.Headers.ContentLength;
        return announced > Math.Min(limit, Array.MaxLength - 1) ? throw new BodyTooLargeException(limit, announced) : announced;
    }
}
