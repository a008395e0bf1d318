using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Queues;

namespace RegistryOperator.Kubernetes.Tests.Queues;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_time, new BackoffOptions { Jitter = 0 });

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task TakeAsync_OneGroupHasManyKeys_AnothersFirstIsNextButOne()
    {
        using var queue = Grouped(workers: 8);
        for (var i = 0; i < 100; i++) queue.Add($"hostile/{i}");
        queue.Add("honest/0");

        (await queue.TakeAsync(CancellationToken.None)).ShouldBe("hostile/0");
        (await queue.TakeAsync(CancellationToken.None)).ShouldBe("honest/0");
    }

    [Fact]
    public async Task TakeAsync_OneGroupHoldsAllItMay_AnotherGetsAWorkerAndItsOwnWaits()
    {
        using var queue = Grouped(workers: 8);
        for (var i = 0; i < 100; i++) queue.Add($"hostile/{i}");
        var taken = new List<string>();
        for (var taking = queue.TakeAsync(CancellationToken.None); ; taking = queue.TakeAsync(CancellationToken.None))
        {
            if (!taking.IsCompleted)
            {
                queue.Add("honest/0");
                (await taking).ShouldBe("honest/0");
                break;
            }

            taken.Add(await taking);
        }

        taken.Count.ShouldBe(6);
        var next = queue.TakeAsync(CancellationToken.None).AsTask();
        next.IsCompleted.ShouldBeFalse();
        queue.Done(taken[0]);
        queue.Done(taken[1]);
        (await next).ShouldBe("hostile/6");
    }

    [Fact]
    public async Task TakeAsync_KeyAddedTwice_IsTakenOnce()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b");

        (await TakeAsync()).ShouldBe("a");
        (await TakeAsync()).ShouldBe("b");
        Ready().ShouldBe(0);
    }

    [Fact]
    public async Task TakeAsync_NothingThere_WaitsForAKey()
    {
        var taking = TakeAsync();
        taking.IsCompleted.ShouldBeFalse();

        _queue.Add("a");

        (await taking).ShouldBe("a");
    }

    [Fact]
    public async Task TakeAsync_Cancelled_LosesNoKey()
    {
        using var source = new CancellationTokenSource();
        var taking = _queue.TakeAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(taking);

        _queue.Add("a");

        (await TakeAsync()).ShouldBe("a");
    }

    [Fact]
    public async Task Add_KeyBeingProcessed_IsTakenAgainOnlyWhenDone()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");

        var taking = TakeAsync();
        taking.IsCompleted.ShouldBeFalse();
        _queue.Done("a");

        (await taking).ShouldBe("a");
    }

    [Fact]
    public void AddAfter_TimePassed_IsReady()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(59));
        Ready().ShouldBe(0);

        _time.Advance(TimeSpan.FromSeconds(1));

        Ready().ShouldBe(1);
        _queue.Counts.Delayed.ShouldBe(0);
    }

    [Theory]
    [InlineData(10, 60)]
    [InlineData(60, 10)]
    public void AddAfter_TwoDelays_TheEarlierWins(int first, int second)
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(first));
        _queue.AddAfter("a", TimeSpan.FromSeconds(second));

        _time.Advance(TimeSpan.FromSeconds(10));

        Ready().ShouldBe(1);
        _queue.Counts.Delayed.ShouldBe(0);
    }

    [Fact]
    public async Task Add_KeyThatIsDelayed_EndsItsDelay()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.Add("a");
        await TakeAsync();
        _queue.Done("a");

        _time.Advance(TimeSpan.FromHours(1));

        Ready().ShouldBe(0);
    }

    [Fact]
    public async Task AddAfter_DueWhileProcessed_IsTakenWhenDone()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        _queue.Done("a");

        (await TakeAsync()).ShouldBe("a");
    }

    [Fact]
    public void AddAfter_LongerThanATimerTakes_IsReadyThen()
    {
        _queue.AddAfter("a", TimeSpan.FromDays(90));
        for (var day = 0; day < 89; day++) _time.Advance(TimeSpan.FromDays(1));
        Ready().ShouldBe(0);

        _time.Advance(TimeSpan.FromDays(1));

        Ready().ShouldBe(1);
    }

    [Fact]
    public void AddAfter_WithoutEnd_DoesNotOverflow()
    {
        _time.Advance(TimeSpan.FromDays(1));
        _queue.AddAfter("a", TimeSpan.MaxValue);
        _queue.AddAfter("b", TimeSpan.MaxValue - TimeSpan.FromHours(1));

        _queue.Counts.Delayed.ShouldBe(2);
        _time.Advance(TimeSpan.FromDays(1));
        Ready().ShouldBe(0);
    }

    [Fact]
    public async Task AddWithBackoff_FailuresInARow_WaitsLongerUntilForgotten()
    {
        List<double> waits = [];
        for (var failure = 0; failure < 4; failure++)
        {
            waits.Add(_queue.AddWithBackoff("a").TotalSeconds);
            _time.Advance(TimeSpan.FromMinutes(5));
            _queue.Done(await TakeAsync());
        }

        _queue.Failures("a").ShouldBe(4);
        _queue.Forget("a");
        waits.Add(_queue.AddWithBackoff("a").TotalSeconds);

        waits.ShouldBe([1, 2, 4, 8, 1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void AddAfter_NoDelay_IsReadyAtOnce(int seconds)
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(seconds));

        (_queue.Counts.Waiting, _queue.Counts.Delayed).ShouldBe((1, 0));
    }

    [Fact]
    public void AddAfter_KeyReadyAlready_IsNotDelayedToo()
    {
        _queue.Add("a");
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));

        (_queue.Counts.Waiting, _queue.Counts.Delayed).ShouldBe((1, 0));
    }

    [Fact]
    public async Task AddAfter_SeveralKeys_BecomeReadyInTheOrderOfTheirTimes()
    {
        _queue.AddAfter("c", TimeSpan.FromSeconds(3));
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _queue.AddAfter("b", TimeSpan.FromSeconds(2));
        _queue.AddAfter("d", TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(2));
        Ready().ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(1));

        var taken = new List<string>();
        for (var i = 0; i < 4; i++) taken.Add(await TakeAsync());
        taken.ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public void AddAfter_ClockIsCorrected_KeepsItsDelay()
    {
        _queue.AddAfter("a", TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromMinutes(59.9));
        Ready().ShouldBe(0);
        _time.Advance(TimeSpan.FromMinutes(0.1));
        Ready().ShouldBe(1);
    }

    [Fact]
    public async Task Done_KeyNotAddedMeanwhile_IsNotTakenAgain()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Counts.Processing.ShouldBe(1);

        _queue.Done("a");
        _queue.Done("a");

        (_queue.Counts.Waiting, _queue.Counts.Processing).ShouldBe((0, 0));
        TakeAsync().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Done_KeyThatNobodyTook_IsNotReadyTwice()
    {
        _queue.Add("a");

        _queue.Done("a");

        (await TakeAsync()).ShouldBe("a");
        TakeAsync().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Add_ManyTimesWhileProcessed_IsTakenAgainOnce()
    {
        _queue.Add("a");
        await TakeAsync();
        for (var i = 0; i < 3; i++) _queue.Add("a");
        _queue.Done("a");

        (await TakeAsync()).ShouldBe("a");
        _queue.Done("a");

        TakeAsync().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Forget_KeyThatWaits_StaysAdded()
    {
        _queue.AddWithBackoff("a");
        _queue.Counts.Failing.ShouldBe(1);

        _queue.Forget("a");

        (_queue.Counts.Failing, _queue.Counts.Delayed).ShouldBe((0, 1));
        _queue.Failures("a").ShouldBe(0);
    }

    [Fact]
    public void AddWithBackoff_OneKey_CountsForItAlone()
    {
        _queue.AddWithBackoff("a");
        _queue.AddWithBackoff("a");

        _queue.AddWithBackoff("b").ShouldBe(TimeSpan.FromSeconds(1));
        _queue.Failures("a").ShouldBe(2);
    }

    private Task<string> TakeAsync() => _queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();

    private int Ready() => _queue.Counts.Waiting;

    private WorkQueue<string> Grouped(int workers) =>
        new(_time, new BackoffOptions { Jitter = 0 }, new QueueGroups<string>(key => key.Split('/')[0], workers));
}
