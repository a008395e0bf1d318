namespace RegistryOperator.Kubernetes.Queues;

/// <summary>
/// Keys with the moment they are due: at most one for each, and one timer for all. Not safe for concurrent use: <see cref="WorkQueue{TKey}"/> locks.
/// </summary>
/// <remarks>
/// A sorted set rather than a heap: a key that is rescheduled or removed is deleted at once and leaves nothing behind. Resources that change
/// often are rescheduled each time, by hours.
/// </remarks>
internal sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    // A timer takes 49 days at most; a longer delay is reached in steps.
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _order = new(Comparer<Entry>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Sequence.CompareTo(b.Sequence)));

    private long _sequence;

    /// <param name="time">The clock.</param>
    /// <param name="elapsed">Called when keys may be due.</param>
    public DelayedKeys(TimeProvider time, Action elapsed)
    {
        _time = time;
        // Monotonic: a correction of the wall clock must neither hasten nor delay work.
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Action)state!)(), elapsed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => _entries.Count;

    /// <summary>Delays a key, unless it is due earlier already.</summary>
    public void Add(TKey key, TimeSpan delay)
    {
        var now = Now;
        var due = delay < TimeSpan.MaxValue - now ? now + delay : TimeSpan.MaxValue;
        if (_entries.TryGetValue(key, out var current))
        {
            if (current.Due <= due) return;
            _order.Remove(current);
        }

        var entry = new Entry(due, _sequence++, key);
        _entries[key] = entry;
        _order.Add(entry);
        if (_order.Min == entry) SetTimer(now);
    }

    /// <summary>Removes a key.</summary>
    public void Remove(TKey key)
    {
        // The timer is not changed: if it fires without a due key, it is set again.
        if (_entries.Remove(key, out var entry)) _order.Remove(entry);
    }

    /// <summary>Takes out the keys that are due, in the order of their times.</summary>
    public List<TKey> TakeDue()
    {
        List<TKey> due = [];
        var now = Now;
        while (_order.Min is { } first && first.Due <= now)
        {
            _order.Remove(first);
            _entries.Remove(first.Key);
            due.Add(first.Key);
        }

        SetTimer(now);
        return due;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private void SetTimer(TimeSpan now)
    {
        if (_order.Min is not { } first) return;
        var wait = first.Due - now;
        _timer.Change(wait < ShortestStep ? ShortestStep : wait > LongestStep ? LongestStep : wait, Timeout.InfiniteTimeSpan);
    }

    private sealed record Entry(TimeSpan Due, long Sequence, TKey Key);
}
