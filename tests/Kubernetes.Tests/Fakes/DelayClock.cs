using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>A clock that stands still and tells which waits were begun, so that a test moves it by just these.</summary>
internal sealed class DelayClock : FakeTimeProvider
{
    // Longer ones are deadlines, which are not to pass.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    public ConcurrentQueue<TimeSpan> Delays { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < LongestDelay) Delays.Enqueue(dueTime);
        return timer;
    }
}
