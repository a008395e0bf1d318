namespace RegistryOperator.Host.Scanning.Execution;

/// <summary>
/// Work that several ask for at the same time is done once, and all get its result. One who stops waiting does not end it for the others;
/// when nobody waits any more, it is cancelled.
/// </summary>
internal sealed class SharedWork<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    public async Task<TResult> RunAsync(TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight? flight;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight)) _flights[key] = flight = new Flight(work);
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

    private void Leave(TKey key, Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiters > 0) return;
            // Who comes now begins anew: what is being cancelled must not be joined.
            _flights.Remove(key);
        }

        if (!flight.Result.Value.IsCompleted) flight.Stop.Cancel();
    }

    private sealed class Flight
    {
        public Flight(Func<CancellationToken, Task<TResult>> work) => Result = new Lazy<Task<TResult>>(() => Task.Run(() => work(Stop.Token)));

        public CancellationTokenSource Stop { get; } = new();

        public Lazy<Task<TResult>> Result { get; }

        public int Waiters { get; set; }
    }
}
