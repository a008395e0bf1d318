using System.Buffers;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>A whole answer in memory that goes back to the pool: list pages are megabytes and come every few minutes.</summary>
internal sealed class PooledBuffer : IDisposable
{
    private const int InitialSize = 32 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _length;

    private PooledBuffer()
    {
    }

    /// <summary>The content; not to be used after disposal.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="AnswerTooLargeException">The stream is longer than <paramref name="limit"/>.</exception>
    public static async Task<PooledBuffer> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var buffer = new PooledBuffer();
        try
        {
            while (true)
            {
                if (buffer._length == buffer._bytes.Length) buffer.Grow();
                var read = await stream.ReadAsync(buffer._bytes.AsMemory(buffer._length), cancellationToken);
                if (read == 0) return buffer;
                buffer._length += read;
                if (buffer._length > limit) throw new AnswerTooLargeException(limit);
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        _length = 0;
        // Answers may be secrets: none stays behind in the pool.
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = larger;
    }
}

/// <summary>An answer is larger than its limit.</summary>
internal sealed class AnswerTooLargeException(int limit) : IOException($"is larger than {limit / (1024 * 1024)} MiB");
