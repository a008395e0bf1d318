using System.Net.Http.Headers;

namespace RegistryOperator.Oci.Transport;

/// <summary>A host's pause would take longer than anybody waits.</summary>
internal sealed class HostPausedException(TimeSpan remaining) : Exception("The host asked to be left alone for longer than the limit.")
{
    public TimeSpan Remaining => remaining;
}

/// <summary>
/// What all clients together may ask of one host: so many requests at a time, and none while the host has asked for a pause or its rate
/// limit is used up.
/// </summary>
internal sealed class HostBudget(int maximumConcurrency, TimeSpan maximumPause, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _permits = new(maximumConcurrency, maximumConcurrency);

    // Monotonic: a corrected wall clock must neither end a pause nor make it longer.
    private readonly long _start = time.GetTimestamp();
    private long _pausedUntil;

    /// <summary>Waits for a permit, which the caller gives back with <see cref="Release"/>. Neither wait counts as time of the request.</summary>
    /// <exception cref="HostPausedException">The pause left is longer than the longest one waited for.</exception>
    public async ValueTask AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForPauseAsync(cancellationToken);
            await _permits.WaitAsync(cancellationToken);
            // The pause may have begun while this request stood in the queue.
            if (PauseLeft() == TimeSpan.Zero) return;
            _permits.Release();
        }
    }

    public void Release() => _permits.Release();

    /// <summary>
    /// Lets no further request start for <paramref name="pause"/>, <see cref="DelayHeader.Longest"/> at most; a pause under way is only ever made longer.
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

    /// <summary>Obeys the <c>Retry-After</c> of a 429 on behalf of all clients: the next request would only be refused too.</summary>
    public void PauseAsAsked(HttpHeadersNonValidated headers)
    {
        if (DelayHeader.Read(headers, DelayHeader.RetryAfterHeader, time.GetUtcNow()) is { } pause) Pause(pause);
    }

    /// <summary>
    /// Takes note of a response's rate limit. Without a time of reset (Docker Hub) there is nothing to wait for: its 429 says when. Near the
    /// end, requests under way may use up what is left, so that the next would be one too many.
    /// </summary>
    public void Observe(HttpHeadersNonValidated headers)
    {
        if (RateLimit.Read(headers, time.GetUtcNow()) is not { Reset: { } reset } limit) return;
        var underWay = maximumConcurrency - _permits.CurrentCount;
        // A long pause fails requests instead of delaying them: that only when nothing at all is left.
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
