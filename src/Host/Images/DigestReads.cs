using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Host.Images;

/// <summary>
/// Reads a digest once in a round: tags that share it wait for the one that reads it. Each that has to read does so by itself, so that no caller gets
/// another's cancellation.
/// </summary>
internal sealed class DigestReads
{
    private readonly ConcurrentDictionary<Digest, DigestRead> _reads = new();

    /// <summary>Reads in the digest's turn. After <see cref="ImageInspector.MaximumReadsOfADigest"/> failures the last one is thrown instead.</summary>
    /// <param name="digest">What is read.</param>
    /// <param name="readAsync">Reads it.</param>
    /// <param name="isTriedAgain">True for a failure after which the same caller tries in another way: it does not count.</param>
    /// <param name="cancellationToken">The caller's own.</param>
    public async Task<T> OnceAsync<T>(
        Digest digest, Func<Task<T>> readAsync, Func<Exception, bool> isTriedAgain, CancellationToken cancellationToken)
    {
        var read = _reads.GetOrAdd(digest, _ => new DigestRead());
        await read.Turn.WaitAsync(cancellationToken);
        try
        {
            if (read.Failures >= ImageInspector.MaximumReadsOfADigest) throw read.Failure!;
            var result = await readAsync();
            _reads.TryRemove(digest, out _);
            return result;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !isTriedAgain(exception))
        {
            read.Failures++;
            read.Failure = exception;
            throw;
        }
        finally
        {
            read.Turn.Release();
        }
    }

    /// <summary>The outcome of one digest in this round.</summary>
    private sealed class DigestRead
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>How often it could not be read.</summary>
        public int Failures { get; set; }

        /// <summary>Why, the last time.</summary>
        public Exception? Failure { get; set; }
    }
}
