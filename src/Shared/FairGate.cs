namespace RegistryOperator.Shared;

/// <summary>
/// A semaphore that groups (namespaces) share: by <see cref="FairShares"/> in what they hold, by <see cref="FairQueue{TItem}"/> in who is next.
/// </summary>
/// <param name="places">How many places there are; of bytes, how many bytes.</param>
internal sealed class FairGate(long places)
{
    private readonly Lock _lock = new();
    private readonly FairShares _shares = new(places);
    private readonly FairQueue<Waiter> _waiting = new();

    /// <summary>The places that nobody holds.</summary>
    public long Free
    {
        get
        {
            lock (_lock) return _shares.Free;
        }
    }

    /// <summary>Waits for places, which disposing gives back. Who asks for more than there are gets all.</summary>
    public async ValueTask<IDisposable> EnterAsync(string group, long count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(this, group, Math.Min(count, places));
        lock (_lock)
        {
            _waiting.Add(group, waiter);
            Serve();
        }

        await using var cancelled = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Cancel(token), waiter).ConfigureAwait(false);
        return await waiter.Entered.Task;
    }

    /// <summary>The same for one place.</summary>
    public ValueTask<IDisposable> EnterAsync(string group, CancellationToken cancellationToken) => EnterAsync(group, 1, cancellationToken);

    private void Serve()
    {
        while (_waiting.TryTake((group, waiter) => _shares.TryTake(group, waiter.Count), out var next)) next.Entered.SetResult(next);
    }

    /// <summary>One who waits, then the place that he holds.</summary>
    private sealed class Waiter(FairGate gate, string group, long count) : IDisposable
    {
        private bool _isReturned;

        public long Count => count;

        public TaskCompletionSource<IDisposable> Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Cancel(CancellationToken cancellationToken)
        {
            lock (gate._lock)
            {
                if (!gate._waiting.Remove(group, this)) return;
                // One that asked for more than the next in its group may have kept that from entering.
                gate.Serve();
            }

            Entered.SetCanceled(cancellationToken);
        }

        public void Dispose()
        {
            lock (gate._lock)
            {
                if (_isReturned) return;
                _isReturned = true;
                gate._shares.Return(group, count);
                gate.Serve();
            }
        }
    }
}
