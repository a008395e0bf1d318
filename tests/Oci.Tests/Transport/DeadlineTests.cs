using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class DeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task WaitAsync_ForRoomOfThisProcess_StopsTheClock()
    {
        using var deadline = new Deadline(TimeSpan.FromSeconds(10), _time, CancellationToken.None);
        var room = new TaskCompletionSource<string>();
        _time.Advance(TimeSpan.FromSeconds(4));

        var waiting = deadline.WaitAsync(_ => new ValueTask<string>(room.Task)).AsTask();
        _time.Advance(TimeSpan.FromHours(1));
        room.SetResult("room");

        (await waiting).ShouldBe("room");
        deadline.Exceeded().ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(5));
        deadline.Exceeded().ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(1));
        deadline.Exceeded().ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task WaitAsync_CallerStops_EndsTheWait()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(TimeSpan.FromSeconds(10), _time, caller.Token);
        var room = new TaskCompletionSource<string>();

        var waiting = deadline.WaitAsync(token => new ValueTask<string>(room.Task.WaitAsync(token))).AsTask();
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task WaitAsync_TimeIsOver_WaitsForNothing()
    {
        using var deadline = new Deadline(TimeSpan.FromSeconds(10), _time, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(10));

        await Should.ThrowAsync<OperationCanceledException>(
            deadline.WaitAsync<string>(_ => throw new InvalidOperationException("It waits.")).AsTask());
    }
}
