using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>
/// A clock that moves exactly by what somebody waits for, while sockets work at their own pace: what a request waited for shows to the
/// tick, however slow the machine is.
/// </summary>
internal sealed class StepClock() : FakeTimeProvider(Midnight)
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Longer ones are deadlines, which are not to pass.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private readonly ConcurrentQueue<TimeSpan> _delays = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < LongestDelay) _delays.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Lets every delay pass until the task is done.</summary>
    public async Task RunAsync(Task task)
    {
        await Wait.UntilAsync(() =>
        {
            if (_delays.TryDequeue(out var delay)) Advance(delay);
            return task.IsCompleted;
        });
        await task;
    }
}

/// <summary>Waits for what another part of a test does.</summary>
internal static class Wait
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Deadline);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }
}
