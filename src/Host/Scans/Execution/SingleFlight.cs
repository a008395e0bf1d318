namespace RegistryOperator.Host.Scans.Execution;

/// <summary>
/// Work that several ask for at the same time is done once, and all get its result. One who stops waiting does not end it for the others;
/// when nobody waits any more, it is cancelled.
/// </summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>All that run, also those that nobody waits for any more and that are ending.</summary>
    private readonly HashSet<Flight> _running = [];

    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight))
            {
                _flights[key] = flight = new Flight(work, Ended);
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

    private void Ended(Flight flight)
    {
        lock (_lock) _running.Remove(flight);
    }

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiters > 0) return;
            // Who comes now begins anew: what is being cancelled must not be joined.
            _flights.Remove(key);
        }

        if (!flight.Result.Value.IsCompleted) flight.Cancel();
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
