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

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
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
    public void Restart() => _timer.Change(_limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
