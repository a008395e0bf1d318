using System.Buffers;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A body in pooled buffers; its owner disposes it once, after the last use of its bytes. A large one has many buffers: one that grows would be copied again
/// and again, and would leave arrays of each size behind where the runtime seldom collects.
/// </summary>
/// <param name="expected">How many bytes are expected.</param>
internal sealed class PooledBody(long expected) : IDisposable
{
    /// <summary>Below the size from which an array is a large object.</summary>
    private const int BufferSize = 64 * 1024;

    private readonly List<byte[]> _buffers = [];
    private int _filled;

    public long Length { get; private set; }

    /// <summary>The room that a large one takes; null for a small one.</summary>
    public IDisposable? Room { get; set; }

    public ReadOnlySequence<byte> Content
    {
        get
        {
            if (_buffers.Count < 2) return new ReadOnlySequence<byte>(_buffers.Count == 0 ? default : _buffers[0].AsMemory(0, _filled));
            var first = new Segment(_buffers[0], 0);
            var last = first;
            foreach (var buffer in _buffers.Skip(1)) last = last.Append(buffer);
            return new ReadOnlySequence<byte>(first, 0, last, _filled);
        }
    }

    /// <summary>The bytes in one piece: of more than one buffer, a copy.</summary>
    public ReadOnlySpan<byte> Span => _buffers.Count < 2 ? Content.FirstSpan : Content.ToArray();

    /// <summary>Room for what comes next.</summary>
    public Memory<byte> Free()
    {
        if (_buffers.Count == 0 || _filled == _buffers[^1].Length)
        {
            _buffers.Add(ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffers.Count == 0 ? expected : BufferSize, BufferSize)));
            _filled = 0;
        }

        return _buffers[^1].AsMemory(_filled);
    }

    public void Fill(int count)
    {
        _filled += count;
        Length += count;
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers) ArrayPool<byte>.Shared.Return(buffer);
        _buffers.Clear();
        Room?.Dispose();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] buffer, long index)
        {
            Memory = buffer;
            RunningIndex = index;
        }

        public Segment Append(byte[] buffer)
        {
            var next = new Segment(buffer, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
