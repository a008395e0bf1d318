using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>Reads a stream line by line, with no more than one line in memory.</summary>
internal static class LineReader
{
    /// <summary>
    /// The longest line. The API server takes requests of 3 MiB and etcd objects of 1.5 MiB; what is longer is not a line of a watch.
    /// </summary>
    public const int LineLimit = 16 * 1024 * 1024;

    /// <summary>
    /// The lines without their end; each is valid until the next is asked for. Empty lines are left out. A last line without an end is
    /// what is left of one that broke off.
    /// </summary>
    /// <exception cref="EndOfStreamException">The stream ended within a line.</exception>
    /// <exception cref="InvalidDataException">A line is longer than <paramref name="limit"/>.</exception>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>> ReadLinesAsync(
        Stream stream, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            // How much of the current line was searched already: a long one that arrives in small pieces is searched once, not once per piece.
            var searched = 0L;
            while (true)
            {
                var result = await pipe.ReadAsync(cancellationToken);
                var buffer = result.Buffer;
                while (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end);
                    ThrowIfTooLong(line.Length, limit);
                    if (!line.IsEmpty) yield return line;
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    searched = 0;
                }

                ThrowIfTooLong(buffer.Length, limit);
                searched = buffer.Length;
                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (!result.IsCompleted) continue;
                if (searched > 0) throw new EndOfStreamException("The connection broke within a line.");
                yield break;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static void ThrowIfTooLong(long length, int limit)
    {
        if (length > limit) throw new InvalidDataException($"has a line of more than {limit / (1024 * 1024)} MiB");
    }
}
