using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RegistryOperator.Kubernetes.Queues;

namespace RegistryOperator.Kubernetes.Controllers;

/// <summary>Takes keys from a queue and has them reconciled, several at the same time.</summary>
/// <param name="queue">The keys; what fills it is the informers' handlers.</param>
/// <param name="reconciler">Does the work.</param>
/// <param name="options">How many at the same time, and how it stops.</param>
/// <param name="time">The clock of <see cref="ControllerOptions.DrainTimeout"/>.</param>
/// <param name="logger">Told about failures.</param>
public sealed partial class Controller<TKey>(
    WorkQueue<TKey> queue, IReconciler<TKey> reconciler, ControllerOptions options, TimeProvider time, ILogger<Controller<TKey>> logger)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Flight> _inFlight = new();

    /// <summary>How many keys are being reconciled.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>
    /// Works until <paramref name="stopping"/>: then takes no more keys, cancels the reconciles in flight, and returns when they have ended or the
    /// drain timeout is over. Never throws for a reconcile that failed.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // A slot is a right to run a task, not a task: 64 workers without work are one loop that waits.
        // Not disposed: a reconcile that outlives the drain timeout still gives its slot back.
        var slots = new SemaphoreSlim(options.Workers);
        try
        {
            while (true)
            {
                var key = await TakeAsync(slots, stopping);
                _ = Task.Run(() => ProcessAsync(key, slots, stopping), CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await DrainAsync(slots);
        }
    }

    /// <summary>
    /// Ends the reconcile of a key that is in flight and adds the key again, without counting a failure: for a resource whose spec changed or that is
    /// deleted, which makes work in flight useless. Returns false where none is in flight; the key is not added then.
    /// </summary>
    public bool Interrupt(TKey key)
    {
        if (!_inFlight.TryGetValue(key, out var flight)) return false;

        // Added before it is cancelled: whatever happens in between, the key is taken again.
        queue.Add(key);
        flight.Interrupt();
        return true;
    }

    private async Task<TKey> TakeAsync(SemaphoreSlim slots, CancellationToken stopping)
    {
        // The slot comes first, so that a key that can't be worked on yet stays in the queue.
        await slots.WaitAsync(stopping);
        try
        {
            return await queue.TakeAsync(stopping);
        }
        catch
        {
            slots.Release();
            throw;
        }
    }

    private async Task ProcessAsync(TKey key, SemaphoreSlim slots, CancellationToken stopping)
    {
        using var flight = new Flight(stopping);
        _inFlight[key] = flight;
        try
        {
            var result = await reconciler.ReconcileAsync(key, flight.Token);
            queue.Forget(key);
            if (result.RequeueAfter is { } delay) queue.AddAfter(key, delay);
        }
        catch (Exception) when (flight.IsInterrupted || stopping.IsCancellationRequested)
        {
            // Whatever it threw, it was cancelled: killed tools and closed connections throw all kinds of exceptions.
        }
        catch (Exception e)
        {
            var delay = queue.AddWithBackoff(key);
            LogFailed(e, key, queue.Failures(key), delay);
        }
        finally
        {
            // In this order: once done, the key may be in flight again.
            _inFlight.TryRemove(key, out _);
            queue.Done(key);
            slots.Release();
        }
    }

    private async Task DrainAsync(SemaphoreSlim slots)
    {
        using var deadline = new CancellationTokenSource(options.DrainTimeout, time);
        try
        {
            // All slots acquired: no worker is busy.
            for (var held = 0; held < options.Workers; held++) await slots.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            LogDrainTimedOut(options.DrainTimeout, string.Join(", ", _inFlight.Keys));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reconciling {Key} failed {Failures} times in a row; next attempt in {Delay}")]
    private partial void LogFailed(Exception exception, TKey key, int failures, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while these were still being reconciled, after waiting {Timeout}: {Keys}")]
    private partial void LogDrainTimedOut(TimeSpan timeout, string keys);

    /// <summary>A reconcile in flight.</summary>
    private sealed class Flight(CancellationToken stopping) : IDisposable
    {
        private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        private volatile bool _interrupted;

        public CancellationToken Token => _source.Token;

        public bool IsInterrupted => _interrupted;

        public void Interrupt()
        {
            _interrupted = true;
            try
            {
                // Not on the caller's thread: it is an informer's, and what is cancelled may kill processes.
                _ = _source.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself at this moment.
            }
        }

        public void Dispose() => _source.Dispose();
    }
}
