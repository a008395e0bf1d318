using System.Threading.Channels;

namespace RegistryOperator.Kubernetes.Queues;

/// <summary>
/// The keys that need work, with the semantics of client-go's work queue (<see href="https://pkg.go.dev/k8s.io/client-go/util/workqueue"/>):
/// a key added several times before it is taken is taken once; a key added while it is processed is taken again afterwards, never at the same
/// time by two. Safe for concurrent use.
/// </summary>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly BackoffOptions _backoff;
    private readonly DelayedKeys<TKey> _delayed;

    // Ready to be taken: exactly the keys that are dirty and not processing.
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];

    /// <param name="time">The clock of delays.</param>
    /// <param name="backoff">How long a key waits after its failures.</param>
    public WorkQueue(TimeProvider time, BackoffOptions backoff)
    {
        _backoff = backoff;
        _delayed = new DelayedKeys<TKey>(time, AddDue);
    }

    /// <summary>The number of keys in each state.</summary>
    public WorkQueueCounts Counts
    {
        get
        {
            lock (_lock)
                return new WorkQueueCounts(_dirty.Count, _processing.Count, _delayed.Count, _failures.Count);
        }
    }

    /// <summary>Adds a key now; a delay that it was waiting for is over.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
            AddLocked(key);
    }

    /// <summary>Adds a key after a time. Where it is added already, or due earlier, that stays.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_lock)
        {
            if (delay <= TimeSpan.Zero) AddLocked(key);
            else if (!_dirty.Contains(key)) _delayed.Add(key, delay);
        }
    }

    /// <summary>Adds a key after a failure: after a wait that grows with each failure until <see cref="Forget"/>. Returns the wait.</summary>
    public TimeSpan AddWithBackoff(TKey key)
    {
        TimeSpan delay;
        lock (_lock)
        {
            var failures = _failures.GetValueOrDefault(key) + 1;
            _failures[key] = failures;
            delay = _backoff.DelayAfter(failures);
        }

        AddAfter(key, delay);
        return delay;
    }

    /// <summary>Resets a key's failures. The key stays in the queue.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
            _failures.Remove(key);
    }

    /// <summary>How often a key failed in a row.</summary>
    public int Failures(TKey key)
    {
        lock (_lock)
            return _failures.GetValueOrDefault(key);
    }

    /// <summary>Takes the key that has been ready longest, waiting for one. Whoever takes it calls <see cref="Done"/>.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            _dirty.Remove(key);
            _processing.Add(key);
        }

        return key;
    }

    /// <summary>Ends the work on a key that was taken. If it was added meanwhile, it is ready again.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (_processing.Remove(key) && _dirty.Contains(key)) _ready.Writer.TryWrite(key);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _delayed.Dispose();

    private void AddDue()
    {
        lock (_lock)
        {
            foreach (var key in _delayed.TakeDue()) AddLocked(key);
        }
    }

    private void AddLocked(TKey key)
    {
        _delayed.Remove(key);
        if (_dirty.Add(key) && !_processing.Contains(key)) _ready.Writer.TryWrite(key);
    }
}

/// <summary>The number of keys in each state.</summary>
/// <param name="Waiting">Keys to be taken, now or when the work on them ends.</param>
/// <param name="Processing">Keys taken and not done.</param>
/// <param name="Delayed">Keys that are due later.</param>
/// <param name="Failing">Keys whose last work failed.</param>
public sealed record WorkQueueCounts(int Waiting, int Processing, int Delayed, int Failing);
