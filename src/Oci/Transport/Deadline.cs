namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A time allowed that can begin anew, and the caller's own cancellation, in one token. A <see cref="CancellationTokenSource"/> would do but for its
/// <c>CancelAfter</c>, which is banned because it is on the system's clock wherever the source was made without another.
/// </summary>
internal sealed class Deadline : IDisposable
{
    // Not disposed: a timer that goes off at this moment would find it so; and it holds nothing that must be given back.
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

    /// <summary>Cancelled when the time has passed, and by the caller.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The time allowed, where it has passed; null where it has not.</summary>
    /// <exception cref="OperationCanceledException">It was the caller who cancelled.</exception>
    public TimeSpan? Exceeded()
    {
        _caller.ThrowIfCancellationRequested();
        return _source.IsCancellationRequested ? _limit : null;
    }

    /// <summary>Gives the whole time again. What has passed stays so.</summary>
    public void Restart() => _timer.Change(_limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
