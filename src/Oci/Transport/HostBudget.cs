using System.Net.Http.Headers;

namespace RegistryOperator.Oci.Transport;

/// <summary>A host's pause is longer than the longest wait.</summary>
internal sealed class HostPausedException(TimeSpan remaining) : Exception("The host asked to be left alone for longer than the limit.")
{
    public TimeSpan Remaining => remaining;
}

/// <summary>
/// Limits the requests of all clients to one host: to a number at a time, and to none while the host requires a pause or its rate limit is
/// exhausted. Budgets of one host that are kept apart, because their pauses were learnt over connections that are verified in different ways, share its
/// permits.
/// </summary>
internal sealed class HostBudget(int maximumConcurrency, TimeSpan maximumPause, TimeProvider time, SemaphoreSlim? permits = null) : IDisposable
{
    private readonly SemaphoreSlim _permits = permits ?? new SemaphoreSlim(maximumConcurrency, maximumConcurrency);

    // Monotonic: a correction of the wall clock must neither end a pause nor extend it.
    private readonly long _start = time.GetTimestamp();
    private long _pausedUntil;

    /// <summary>Waits for a permit, which the caller returns by <see cref="Release"/>. The wait does not count towards the request's timeout.</summary>
    /// <exception cref="HostPausedException">The rest of the pause is longer than the longest wait.</exception>
    public async ValueTask AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForPauseAsync(cancellationToken);
            await _permits.WaitAsync(cancellationToken);
            // The pause may have begun while this request was queued.
            if (PauseLeft() == TimeSpan.Zero) return;
            _permits.Release();
        }
    }

    public void Release() => _permits.Release();

    /// <summary>
    /// Starts no request for <paramref name="pause"/>, <see cref="DelayHeader.Longest"/> at most; a current pause is extended, never shortened.
    /// </summary>
    public void Pause(TimeSpan pause)
    {
        var until = time.GetElapsedTime(_start).Ticks + DelayHeader.Bound(pause).Ticks;
        var current = Volatile.Read(ref _pausedUntil);
        while (until > current)
        {
            var seen = Interlocked.CompareExchange(ref _pausedUntil, until, current);
            if (seen == current) return;
            current = seen;
        }
    }

    /// <summary>Applies the <c>Retry-After</c> of a 429 to all clients: the next request would be refused too.</summary>
    public void PauseAsAsked(HttpHeadersNonValidated headers)
    {
        if (DelayHeader.Read(headers, DelayHeader.RetryAfterHeader, time.GetUtcNow()) is { } pause) Pause(pause);
    }

    /// <summary>
    /// Observes a response's rate limit. Without a reset (Docker Hub) there is nothing to wait for: its 429 tells the delay. Near the limit, the
    /// concurrent requests may exhaust it, so that the next would be refused.
    /// </summary>
    public void Observe(HttpHeadersNonValidated headers)
    {
        if (RateLimit.Read(headers, time.GetUtcNow()) is not { Reset: { } reset } limit) return;
        var underWay = maximumConcurrency - _permits.CurrentCount;
        // A long pause fails requests instead of delaying them: only where nothing at all is left.
        if (limit.Remaining <= 0 || (limit.Remaining < underWay && reset <= maximumPause)) Pause(reset);
    }

    public void Dispose() => _permits.Dispose();

    private async ValueTask WaitForPauseAsync(CancellationToken cancellationToken)
    {
        while (PauseLeft() is var left && left > TimeSpan.Zero)
        {
            if (left > maximumPause) throw new HostPausedException(left);
            await Task.Delay(left, time, cancellationToken);
        }
    }

    private TimeSpan PauseLeft()
    {
        var left = Volatile.Read(ref _pausedUntil) - time.GetElapsedTime(_start).Ticks;
        return left <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(left);
    }
}
