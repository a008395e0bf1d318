using RegistryOperator.Host.Scanning.Execution;

namespace RegistryOperator.Host.Tests.Scanning.Execution;

public class SharedWorkTests
{
    private readonly SharedWork<string, int> _shared = new();
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

    private Task<int> RunAsync(string key, CancellationToken cancellationToken) => _shared.RunAsync(key, token =>
    {
        Interlocked.Increment(ref _started);
        return _end.Task.WaitAsync(token);
    }, cancellationToken);
}
