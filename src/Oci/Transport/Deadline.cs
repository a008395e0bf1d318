namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A timeout that can be restarted, and the caller's own cancellation, in one token. A <see cref="CancellationTokenSource"/> alone would need
/// <c>CancelAfter</c>, which is banned because it uses the system's clock wherever the source was created without another.
/// </summary>
internal sealed class Deadline : IDisposable
{
    // Not disposed: the timer may fire at that moment; and it owns nothing that must be released.
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;
    private readonly TimeProvider _time;
    private TimeSpan _left;
    private long _since;

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _time = time;
        _left = limit;
        _since = time.GetTimestamp();
        _timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), _source, limit, Timeout.InfiniteTimeSpan);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>Cancelled by the timeout and by the caller.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The timeout, where it has elapsed; null where it has not.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public TimeSpan? Exceeded()
    {
        _caller.ThrowIfCancellationRequested();
        return _source.IsCancellationRequested ? _limit : null;
    }

    /// <summary>Restarts the timeout. A timeout that has elapsed stays elapsed.</summary>
    public void Restart() => Start(_limit);

    /// <summary>Waits for what is not the server's doing, with the clock stopped. The wait is ended by the caller alone, or at once where the timeout has
    /// elapsed.</summary>
    public async ValueTask<T> WaitAsync<T>(Func<CancellationToken, ValueTask<T>> wait)
    {
        Token.ThrowIfCancellationRequested();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var left = _left - _time.GetElapsedTime(_since);
        try
        {
            return await wait(_caller);
        }
        finally
        {
            Start(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private void Start(TimeSpan left)
    {
        _left = left;
        _since = _time.GetTimestamp();
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
