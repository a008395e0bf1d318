using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Host.Tests.Support;

/// <summary>Waits for what other threads do: for a condition with a deadline, never for a time.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var given = new CancellationTokenSource(Deadline, TimeProvider.System);
        while (!condition())
        {
            if (given.IsCancellationRequested) throw new TimeoutException($"It did not come about: {what}.");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Moves the clock in steps until the task has ended, so that a delay which begins late passes as well.</summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider time, TimeSpan step, Task<T> task)
    {
        using var given = new CancellationTokenSource(Deadline, TimeProvider.System);
        while (!task.IsCompleted)
        {
            if (given.IsCancellationRequested) throw new TimeoutException("The task did not end.");
            time.Advance(step);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await task;
    }

    /// <summary>The task's result, or a failure where it does not come.</summary>
    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task SoonAsync(this Task task) => task.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
}
