using RegistryOperator.Shared;

namespace RegistryOperator.Kubernetes.Queues;

/// <summary>
/// The keys that need work, with the semantics of client-go's work queue (<see href="https://pkg.go.dev/k8s.io/client-go/util/workqueue"/>):
/// a key added several times before it is taken is taken once; a key added while it is processed is taken again afterwards, never at the same
/// time by two. Groups of keys (namespaces) take turns, and share the workers: see <see cref="QueueGroups{TKey}"/>. Safe for concurrent use.
/// </summary>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly BackoffOptions _backoff;
    private readonly DelayedKeys<TKey> _delayed;

    private readonly QueueGroups<TKey> _groups;
    private readonly FairShares _workers;

    // Ready to be taken: exactly the keys that are dirty and not processing.
    private readonly FairQueue<TKey> _ready = new();
    private readonly LinkedList<TaskCompletionSource<TKey>> _takers = new();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];

    /// <param name="time">The clock of delays.</param>
    /// <param name="backoff">How long a key waits after its failures.</param>
    /// <param name="groups">How keys are grouped; null for one group, which has all workers.</param>
    public WorkQueue(TimeProvider time, BackoffOptions backoff, QueueGroups<TKey>? groups = null)
    {
        _backoff = backoff;
        _groups = groups ?? new QueueGroups<TKey>(_ => "", int.MaxValue);
        _workers = new FairShares(_groups.Workers);
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

    /// <summary>
    /// Takes the key that has been ready longest, of the group whose turn it is, waiting for one. Whoever takes it calls <see cref="Done"/>.
    /// </summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var taker = new TaskCompletionSource<TKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _takers.AddLast(taker);
            ServeLocked();
        }

        if (taker.Task.IsCompleted) return await taker.Task;
        await using var cancelled = cancellationToken.UnsafeRegister((_, token) => Cancel(taker, token), state: null);
        return await taker.Task;
    }

    /// <summary>Ends the work on a key that was taken. If it was added meanwhile, it is ready again.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (!_processing.Remove(key)) return;
            _workers.Return(_groups.Of(key));
            if (_dirty.Contains(key)) _ready.Add(_groups.Of(key), key);
            ServeLocked();
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
        if (!_dirty.Add(key) || _processing.Contains(key)) return;
        _ready.Add(_groups.Of(key), key);
        ServeLocked();
    }

    private void ServeLocked()
    {
        while (_takers.First is { } taker && _ready.TryTake((group, _) => _workers.TryTake(group), out var key))
        {
            _takers.Remove(taker);
            _dirty.Remove(key);
            _processing.Add(key);
            taker.Value.SetResult(key);
        }
    }

    private void Cancel(TaskCompletionSource<TKey> taker, CancellationToken cancellationToken)
    {
        // One that is not there any more has been given its key.
        lock (_lock)
        {
            if (!_takers.Remove(taker)) return;
        }

        taker.SetCanceled(cancellationToken);
    }
}

/// <summary>
/// How the keys of a queue are grouped, so that one group delays no other: they take turns, and one that holds workers gets more only while it holds
/// less than twice as many as are free, and never the last. A group alone has two thirds of the workers; one that holds none waits for none.
/// </summary>
/// <param name="Of">The group of a key, e.g. its namespace.</param>
/// <param name="Workers">How many keys are processed at the same time.</param>
public sealed record QueueGroups<TKey>(Func<TKey, string> Of, int Workers);

/// <summary>The number of keys in each state.</summary>
/// <param name="Waiting">Keys to be taken, now or when the work on them ends.</param>
/// <param name="Processing">Keys taken and not done.</param>
/// <param name="Delayed">Keys that are due later.</param>
/// <param name="Failing">Keys whose last work failed.</param>
public sealed record WorkQueueCounts(int Waiting, int Processing, int Delayed, int Failing);
