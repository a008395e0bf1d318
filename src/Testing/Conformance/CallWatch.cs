using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Testing.Conformance;

/// <summary>How a call ended.</summary>
internal enum CallEnd
{
    Completed,
    Failed,
    Cancelled,
    Unfinished,
}

/// <summary>A call's end and, where it failed, its error.</summary>
internal sealed record CallOutcome<T>(CallEnd End, T? Value = default, Exception? Error = null);

/// <summary>Calls a scanner with a limit, and does not wait for one that ignores it.</summary>
internal sealed class CallWatch(TimeProvider time, List<string> violations)
{
    /// <summary>Calls; a call that is unfinished after <paramref name="limit"/> is reported, cancelled and left behind.</summary>
    public async Task<CallOutcome<T>> CallAsync<T>(string what, TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var outcome = await EndAsync(Start(call, stop.Token), limit, cancellationToken);
        if (outcome.End is not CallEnd.Unfinished) return outcome;
        violations.Add($"{what} had not ended after {limit.TotalSeconds:0.#} s.");
        await stop.CancelAsync();
        return outcome;
    }

    /// <summary>
    /// Calls, cancels when <paramref name="cancelWhen"/> completes (beforehand where it is null), and reports a call that has not ended within
    /// <paramref name="limit"/>
    /// from then, or has ended with anything but its result or <see cref="OperationCanceledException"/>.
    /// </summary>
    public async Task CancelAsync<T>(
        string what, TimeSpan limit, Func<CancellationToken, Task<T>> call, Func<Task, Task>? cancelWhen, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (cancelWhen is null) await stop.CancelAsync();
        var task = Start(call, stop.Token);
        if (cancelWhen is not null) await cancelWhen(task);
        await stop.CancelAsync();
        var outcome = await EndAsync(task, limit, cancellationToken);
        if (outcome.End is CallEnd.Unfinished)
            violations.Add($"{what} did not end within {limit.TotalSeconds:0.#} s of being cancelled.");
        else if (outcome.End is CallEnd.Failed && !IsUnavailable(outcome.Error))
            violations.Add($"{what} answered cancellation with {outcome.Error!.GetType().Name} instead of {nameof(OperationCanceledException)}.");
    }

    // A scanner without its tool can say so before it looks at anything else.
    private static bool IsUnavailable(Exception? error) => error is ScanException { Reason: ScanReasons.ScannerUnavailable };

    // On the thread pool, since a scanner that blocks before its first await would block the check, too.
    private static Task<T> Start<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Task.Run(() => call(cancellationToken), CancellationToken.None);

    private async Task<CallOutcome<T>> EndAsync<T>(Task<T> task, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return new CallOutcome<T>(CallEnd.Completed, await task.WaitAsync(limit, time, cancellationToken));
        }
        catch (OperationCanceledException) when (task.IsCanceled)
        {
            return new CallOutcome<T>(CallEnd.Cancelled);
        }
        catch (Exception error) when (task.IsFaulted)
        {
            return new CallOutcome<T>(CallEnd.Failed, Error: error);
        }
        catch (TimeoutException)
        {
            return new CallOutcome<T>(CallEnd.Unfinished);
        }
    }
}
