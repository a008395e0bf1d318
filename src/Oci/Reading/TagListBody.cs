using System.Buffers;
using System.Text.Json;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Reads the body of a page of tags through one pooled buffer, however large the page is.</summary>
internal sealed class TagListBody(long maximumBytes)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Tags that are handed over together: a usual page.</summary>
    private const int Batch = 1024;

    /// <summary>Reads the page; <paramref name="take"/> gets its tags as they come, the last of them after the end.</summary>
    /// <returns>Null for a list of tags; of an answer that is none its bytes, where these are few.</returns>
    /// <exception cref="BodyTooLargeException">It has more bytes than are allowed.</exception>
    /// <exception cref="JsonException">It is no such document.</exception>
    public async ValueTask<byte[]?> ReadAsync(
        HttpContent content, TagListParser parser, Func<IReadOnlyList<string>, ValueTask> take, CancellationToken cancellationToken)
    {
        var announced = BoundedBody.CheckAnnounced(content, maximumBytes);
        // One byte more than announced, so that the read that finds the end finds room.
        var pooled = ArrayPool<byte>.Shared.Rent(announced < BufferSize ? (int)announced + 1 : BufferSize);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var window = new Window(pooled);
            for (var total = 0L; ;)
            {
                var read = await stream.ReadAsync(window.Free(), cancellationToken);
                total += read;
                if (total > maximumBytes) throw new BodyTooLargeException(maximumBytes, announced);
                window.Fill(read);
                window.Skip(parser.Read(window.Unread, isLast: read == 0));
                if (read == 0 && !parser.IsCut) break;
                if (parser.Count >= Batch || parser.IsCut) await take(parser.Take());
                if (parser.IsCut) return null;
            }

            if (!parser.IsList) return window.Whole.ToArray();
            if (parser.Count > 0) await take(parser.Take());
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }

    /// <summary>The part of the body that is in the buffer.</summary>
    private sealed class Window(byte[] buffer)
    {
        private JsonShortener? _shortener;
        private int _start;
        private int _end;
        private bool _isWhole = true;

        public ReadOnlySpan<byte> Unread => buffer.AsSpan(_start, _end - _start);

        /// <summary>All of the body; nothing where it did not fit.</summary>
        public ReadOnlySpan<byte> Whole => _isWhole ? buffer.AsSpan(0, _end) : default;

        /// <summary>Room for what comes next.</summary>
        public Memory<byte> Free()
        {
            if (_end == buffer.Length) MakeRoom();
            return buffer.AsMemory(_end);
        }

        public void Fill(int count) => _end += _shortener is null ? count : _shortener.Shorten(buffer.AsSpan(_end, count));

        public void Skip(int count) => _start += count;

        private void MakeRoom()
        {
            _isWhole = false;
            Unread.CopyTo(buffer);
            (_start, _end) = (0, _end - _start);
            if (_end < buffer.Length) return;
            // One token fills the buffer. What is unread begins between two tokens.
            if (_shortener is null)
            {
                _shortener = new JsonShortener();
                _end = _shortener.Shorten(buffer.AsSpan(0, _end));
            }

            if (_end == buffer.Length) throw new JsonException("A value of the page is too long.");
        }
    }
}
