namespace RegistryOperator.Host.Hosting;

/// <summary>
/// Returns memory to the system while idle: the runtime collects only while it allocates, so an idle operator
/// would keep the garbage of its last scans for an hour.
/// </summary>
internal sealed class MemoryAtRest(Func<bool> isAtRest, Action collect, Func<long> allocated, TimeProvider time)
{
    /// <summary>Between two checks. A collection takes some tens of milliseconds: rare enough to cost nothing, soon enough after a burst of scans.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Bytes allocated since the last collection; with fewer, another is not worth its time.</summary>
    public const long WorthCollecting = 16 * 1024 * 1024;

    /// <summary>Of this process.</summary>
    public static MemoryAtRest OfProcess(Func<bool> isAtRest, TimeProvider time) => new(
        isAtRest,
        // Aggressive is the only mode that also gives the freed pages back.
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true),
        static () => GC.GetTotalAllocatedBytes(),
        time);

    /// <summary>Checks until cancelled; never throws.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var collectedAt = 0L;
        var wasAtRest = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                // Twice in a row: a gap between two scans is not idleness.
                var atRest = isAtRest();
                if (atRest && wasAtRest && allocated() - collectedAt >= WorthCollecting)
                {
                    collect();
                    collectedAt = allocated();
                }

                wasAtRest = atRest;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The operator stops.
        }
    }
}
