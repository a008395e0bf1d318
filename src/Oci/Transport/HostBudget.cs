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
internal sealed class HostBudget(int maximumConcurrency, TimeSpan maximumPause, TimeProvider time, SemaphoreSlim permits)
{
    // Monotonic: a correction of the wall clock must neither end a pause nor extend it.
    private readonly long _start = time.GetTimestamp();
    private long _pausedUntil;

    // After a long pause, whose length may have been a guess, one request asks whether it is over; null where none has to.
    private Probe? _probe;

    /// <summary>Waits for a permit, which the caller returns by <see cref="Release"/>. The wait does not count towards the request's timeout.</summary>
    /// <exception cref="HostPausedException">The rest of the pause is longer than the longest wait.</exception>
    public async ValueTask AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForPauseAsync(cancellationToken);
            await permits.WaitAsync(cancellationToken);
            var probe = Volatile.Read(ref _probe);
            // The pause may have begun while this request was queued.
            if (PauseLeft() == TimeSpan.Zero && (probe is null || probe.TryBegin())) return;
            permits.Release();
            if (probe is { IsUnderWay: true }) await probe.Ended.WaitAsync(cancellationToken);
        }
    }

    public void Release()
    {
        // Whatever was under way before the pause has ended by now: this is the probe. Throttled once more, it has begun another pause.
        if (Volatile.Read(ref _probe) is { IsUnderWay: true } probe)
        {
            Interlocked.CompareExchange(ref _probe, null, probe);
            probe.End();
        }

        permits.Release();
    }

    /// <summary>How long no request is sent.</summary>
    public TimeSpan PauseNow => PauseLeft();

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
            if (seen == current)
            {
                if (pause > maximumPause) Interlocked.Exchange(ref _probe, new Probe())?.End();
                return;
            }

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
    public void Observe(RateLimit limit)
    {
        if (limit.Reset is not { } reset) return;
        var underWay = maximumConcurrency - permits.CurrentCount;
        // A long pause fails requests instead of delaying them: only where nothing at all is left.
        if (limit.Remaining <= 0 || (limit.Remaining < underWay && reset <= maximumPause)) Pause(reset);
    }

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

    /// <summary>One request after a long pause, for whose end the others wait.</summary>
    private sealed class Probe
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;

        public bool IsUnderWay => Volatile.Read(ref _begun) != 0;

        public Task Ended => _ended.Task;

        public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

        public void End() => _ended.TrySetResult();
    }
}
