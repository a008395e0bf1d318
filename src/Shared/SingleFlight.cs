namespace RegistryOperator.Shared;

/// <summary>
/// Work that several ask for at the same time is done once, and all get its result or its failure. One who stops waiting does not end it for the
/// others; when nobody waits any more, it is cancelled. Nothing is remembered: who comes after the end begins anew. Where results are kept, the
/// work looks first whether there is one by now, since another piece of it may have ended between the caller's look and its begin.
/// </summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>All that run, also those that nobody waits for any more and that are ending.</summary>
    private readonly HashSet<Flight> _running = [];

    /// <summary>Does the work, or waits for the same under way.</summary>
    /// <param name="key">What the work is about.</param>
    /// <param name="work">Done on another thread. Its token is cancelled when nobody waits any more; it is no caller's own.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Flight? flight;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight))
            {
                _flights[key] = flight = new Flight(work, ended => End(key, ended));
                _running.Add(flight);
            }

            flight.Waiters++;
        }

        try
        {
            return await flight.Result.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    /// <summary>Cancels all work and waits for its end, so that what it holds (processes, files) is given back.</summary>
    /// <returns>False where some had not ended within the time.</returns>
    public async Task<bool> StopAsync(TimeSpan deadline, TimeProvider time)
    {
        Flight[] running;
        lock (_lock) running = [.. _running];
        foreach (var flight in running) flight.Cancel();
        var ended = Task.WhenAll(running.Select(flight => flight.Result.Value));
        try
        {
            await ended.WaitAsync(deadline, time);
        }
        catch (Exception)
        {
            // How they ended is the matter of those who waited; work may end with a TimeoutException of its own.
        }

        return ended.IsCompleted;
    }

    /// <summary>Before any who wait are told: whoever was told and comes again must not be given the same once more.</summary>
    private void End(TKey key, Flight flight)
    {
        lock (_lock)
        {
            _running.Remove(flight);
            Close(key, flight);
        }
    }

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiters > 0) return;
            // Who comes now begins anew: what is being cancelled must not be joined.
            Close(key, flight);
        }

        if (!flight.Result.Value.IsCompleted) flight.Cancel();
    }

    private void Close(TKey key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var current) && current == flight) _flights.Remove(key);
    }

    private sealed class Flight
    {
        public Flight(Func<CancellationToken, Task<TResult>> work, Action<Flight> ended) => Result = new Lazy<Task<TResult>>(() => Task.Run(async () =>
        {
            try
            {
                return await work(Stop.Token);
            }
            finally
            {
                ended(this);
            }
        }));

        public Lazy<Task<TResult>> Result { get; }

        public int Waiters { get; set; }

        private CancellationTokenSource Stop { get; } = new();

        /// <summary>Never waits nor throws: what is called then is a plugin's, which may block or fail.</summary>
        public void Cancel() => _ = Stop.CancelAsync();
    }
}
