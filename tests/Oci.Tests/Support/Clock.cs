using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>Moves a fake clock while real parts work.</summary>
internal static class Clock
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Moves the clock by a step again and again until the task is done; what it waited for shows in the clock.</summary>
    public static async Task<T> RunAsync<T>(this FakeTimeProvider clock, Task<T> task, TimeSpan step)
    {
        await clock.RunAsync((Task)task, step);
        return await task;
    }

    public static async Task RunAsync(this FakeTimeProvider clock, Task task, TimeSpan step)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Deadline);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
            if (!task.IsCompleted) clock.Advance(step);
        }

        await task;
    }

    /// <summary>Waits for what another part of the test does.</summary>
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
