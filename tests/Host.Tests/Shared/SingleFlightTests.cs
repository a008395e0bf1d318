using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public class SingleFlightTests
{
    private readonly SingleFlight<string, int> _shared = new();
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    [Fact]
    public async Task Run_SameKeyAtTheSameTime_IsDoneOnceAndAllGetTheResult()
    {
        var waiting = Enumerable.Range(0, 10).Select(_ => RunAsync("a", TestContext.Current.CancellationToken)).ToArray();

        _end.SetResult(42);

        (await Task.WhenAll(waiting)).ShouldAllBe(result => result == 42);
        _started.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AfterTheEnd_IsDoneAgain()
    {
        _end.SetResult(1);
        await RunAsync("a", TestContext.Current.CancellationToken);
        await RunAsync("a", TestContext.Current.CancellationToken);

        _started.ShouldBe(2);
    }

    [Fact]
    public async Task Run_OneStopsWaiting_TheOthersGetTheResult()
    {
        using var stop = new CancellationTokenSource();
        var leaver = RunAsync("a", stop.Token);
        var stayer = RunAsync("a", TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leaver);
        _end.SetResult(7);

        (await stayer).ShouldBe(7);
    }

    [Fact]
    public async Task Run_AllStopWaiting_TheWorkIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = _shared.RunAsync("a", async token =>
        {
            started.SetResult();
            try
            {
                return await _end.Task.WaitAsync(token);
            }
            finally
            {
                cancelled.SetResult();
            }
        }, stop.Token);
        await started.Task;

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Run_WorkFails_AllWhoWaitSeeIt()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => RunAsync("a", TestContext.Current.CancellationToken)).ToArray();

        _end.SetException(new InvalidOperationException("broken"));

        foreach (var one in waiting) (await Should.ThrowAsync<InvalidOperationException>(one)).Message.ShouldBe("broken");
    }

    [Fact]
    public async Task Run_OtherKey_IsOtherWork()
    {
        var both = new[] { RunAsync("a", TestContext.Current.CancellationToken), RunAsync("b", TestContext.Current.CancellationToken) };
        _end.SetResult(1);
        await Task.WhenAll(both);

        _started.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TheFirstOrTheLastStopsWaiting_ItGoesOnForTheOthers(bool isFirst)
    {
        using var stop = new CancellationTokenSource();
        var first = RunAsync("a", isFirst ? stop.Token : TestContext.Current.CancellationToken);
        var last = RunAsync("a", isFirst ? TestContext.Current.CancellationToken : stop.Token);
        await Waiting.UntilAsync(() => _started == 1, "it runs");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(isFirst ? first : last);
        var joins = RunAsync("a", TestContext.Current.CancellationToken);
        _end.SetResult(7);

        (await (isFirst ? last : first).SoonAsync(), await joins.SoonAsync()).ShouldBe((7, 7));
        _started.ShouldBe(1);
    }

    [Fact]
    public async Task Run_WhileAbandonedWorkIsEnding_BeginsAnew()
    {
        using var stop = new CancellationTokenSource();
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var abandoned = _shared.RunAsync("a", _ =>
        {
            started.SetResult();
            return end.Task;
        }, stop.Token);
        await started.Task.SoonAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(abandoned);

        var anew = RunAsync("a", TestContext.Current.CancellationToken);
        _end.SetResult(7);

        (await anew.SoonAsync()).ShouldBe(7);
        end.SetResult(1);
    }

    [Fact]
    public async Task Run_OneWhoNeverWaited_EndsNothingForOthers()
    {
        var stayer = RunAsync("a", TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => _started == 1, "it runs");

        await Should.ThrowAsync<OperationCanceledException>(RunAsync("a", new CancellationToken(canceled: true)));
        _end.SetResult(7);

        (await stayer.SoonAsync()).ShouldBe(7);
    }

    [Fact]
    public async Task Run_CallerIsCancelledAlready_BeginsNothing()
    {
        await Should.ThrowAsync<OperationCanceledException>(RunAsync("a", new CancellationToken(canceled: true)));

        (await _shared.StopAsync(TimeSpan.FromSeconds(5), new FakeTimeProvider()).SoonAsync()).ShouldBeTrue();
        _started.ShouldBe(0);
    }

    [Fact]
    public async Task Run_WorkHasEndedAndAnotherHasNotLeftYet_BeginsAnew()
    {
        var first = RunAsync("a", TestContext.Current.CancellationToken);
        // One whose thread does not come to go on, as on a busy machine.
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new HeldContext());
        _ = RunAsync("a", TestContext.Current.CancellationToken);
        SynchronizationContext.SetSynchronizationContext(before);
        _end.SetResult(1);
        await first.SoonAsync();

        await RunAsync("a", TestContext.Current.CancellationToken).SoonAsync();

        _started.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WhatIsCalledOnCancellationBlocksOrThrows_TheLeaverIsNotHeld(bool blocks)
    {
        using var stop = new CancellationTokenSource();
        using var unblock = new ManualResetEventSlim();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = _shared.RunAsync("a", async token =>
        {
            await using var registration = token.Register(() =>
            {
                if (!blocks) throw new InvalidOperationException("broken");
                unblock.Wait(CancellationToken.None);
            });
            started.SetResult();
            return await _end.Task;
        }, stop.Token);
        await started.Task.SoonAsync();

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting.SoonAsync());

        unblock.Set();
        _end.SetResult(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_WorkThatEnds_IsCancelledAndWaitedFor(bool isAbandoned)
    {
        using var stop = new CancellationTokenSource();
        var cleanUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = _shared.RunAsync("a", async token =>
        {
            started.SetResult();
            try
            {
                return await _end.Task.WaitAsync(token);
            }
            finally
            {
                await cleanUp.Task;
            }
        }, stop.Token);
        await started.Task.SoonAsync();
        if (isAbandoned)
        {
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(waiting);
        }

        var stopping = _shared.StopAsync(TimeSpan.FromSeconds(5), new FakeTimeProvider());
        stopping.IsCompleted.ShouldBeFalse();
        cleanUp.SetResult();

        (await stopping.SoonAsync()).ShouldBeTrue();
        await Should.ThrowAsync<OperationCanceledException>(waiting.SoonAsync());
    }

    [Fact]
    public async Task Stop_WorkThatDoesNotEnd_GivesUpAtTheDeadline()
    {
        var time = new FakeTimeProvider();
        _ = _shared.RunAsync("a", _ => _end.Task, TestContext.Current.CancellationToken);

        var stopping = _shared.StopAsync(TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(4.9));
        stopping.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await stopping.SoonAsync()).ShouldBeFalse();
        _end.SetResult(1);
    }

    [Fact]
    public async Task Stop_WorkEndsWithATimeoutOfItsOwn_HasEnded()
    {
        var waiting = _shared.RunAsync("a", async token =>
        {
            try
            {
                return await _end.Task.WaitAsync(token);
            }
            catch (OperationCanceledException cancelled)
            {
                throw new TimeoutException("its registry's", cancelled);
            }
        }, TestContext.Current.CancellationToken);

        (await _shared.StopAsync(TimeSpan.FromSeconds(5), new FakeTimeProvider()).SoonAsync()).ShouldBeTrue();
        await Should.ThrowAsync<TimeoutException>(waiting);
    }

    [Fact]
    public async Task Stop_NothingRuns_IsOverAtOnce()
    {
        _end.SetResult(1);
        await RunAsync("a", TestContext.Current.CancellationToken);

        (await _shared.StopAsync(TimeSpan.FromSeconds(5), new FakeTimeProvider()).SoonAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Run_AfterTheEnd_NothingIsKept()
    {
        var shared = new SingleFlight<string, object>();
        var result = await MakeAsync(shared);

        await Waiting.UntilAsync(() =>
        {
            GC.Collect();
            return !result.IsAlive;
        }, "the result is collected");
        GC.KeepAlive(shared);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static async Task<WeakReference> MakeAsync(SingleFlight<string, object> shared) =>
            new(await shared.RunAsync("a", _ => Task.FromResult(new object()), TestContext.Current.CancellationToken));
    }

    private Task<int> RunAsync(string key, CancellationToken cancellationToken) => _shared.RunAsync(key, token =>
    {
        Interlocked.Increment(ref _started);
        return _end.Task.WaitAsync(token);
    }, cancellationToken);

    /// <summary>Never runs what is posted to it.</summary>
    private sealed class HeldContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
