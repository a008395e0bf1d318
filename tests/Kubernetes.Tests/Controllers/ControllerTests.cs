using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Controllers;
using RegistryOperator.Kubernetes.Queues;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Controllers;

public sealed class ControllerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WorkQueue<string> _queue;
    private readonly FakeReconciler _reconciler = new();
    private readonly RecordingLogger<Controller<string>> _logger = new();

    public ControllerTests() => _queue = new WorkQueue<string>(_time, new BackoffOptions { Jitter = 0 });

    public void Dispose()
    {
        _stop.Cancel();
        _queue.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_Success_RequeuesAfterTheTime()
    {
        _reconciler.Next = (_, _) => Task.FromResult(new ReconcileResult(TimeSpan.FromHours(1)));
        Start();
        _queue.Add("a");
        await Wait.UntilAsync(() => _queue.Counts is { Delayed: 1, Processing: 0 });

        _time.Advance(TimeSpan.FromHours(1));

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 2);
    }

    [Fact]
    public async Task RunAsync_Failure_IsLoggedWithItsKeyAndRetriedWithBackoff()
    {
        _reconciler.Next = (_, _) => throw new InvalidOperationException("no luck");
        Start();
        _queue.Add("a");
        await Wait.UntilAsync(() => _queue.Counts is { Delayed: 1, Processing: 0 });
        _logger.Entries.Single().ShouldContain("a failed 1 times");

        _reconciler.Next = (_, _) => Task.FromResult(default(ReconcileResult));
        _time.Advance(TimeSpan.FromSeconds(1));

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 2 && _queue.Counts is { Delayed: 0, Processing: 0, Failing: 0 });
    }

    [Fact]
    public async Task RunAsync_MoreKeysThanWorkers_RunsAsManyAsWorkers()
    {
        var release = new TaskCompletionSource();
        _reconciler.Next = async (_, _) =>
        {
            await release.Task;
            return default;
        };
        var controller = Start(workers: 3);
        for (var i = 0; i < 10; i++) _queue.Add($"key{i}");
        await Wait.UntilAsync(() => controller.InFlight == 3);
        _queue.Counts.Waiting.ShouldBe(7);

        release.SetResult();

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 10);
        _reconciler.MostAtOnce.ShouldBe(3);
    }

    [Fact]
    public async Task Interrupt_KeyInFlight_EndsItAndRunsItAgainWithoutCountingAFailure()
    {
        _reconciler.Next = HangAsync;
        var controller = Start();
        _queue.Add("a");
        await Wait.UntilAsync(() => _reconciler.Calls.Count == 1);

        _reconciler.Next = (_, _) => Task.FromResult(default(ReconcileResult));
        controller.Interrupt("a").ShouldBeTrue();

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 2 && controller.InFlight == 0);
        _queue.Failures("a").ShouldBe(0);
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void Interrupt_KeyNotInFlight_DoesNothing()
    {
        var controller = Start();

        controller.Interrupt("a").ShouldBeFalse();

        _queue.Counts.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_Stopping_CancelsWhatIsInFlightAndTakesNoMore()
    {
        _reconciler.Next = HangAsync;
        var controller = Start(workers: 1, out var running);
        _queue.Add("a");
        _queue.Add("b");
        await Wait.UntilAsync(() => controller.InFlight == 1);

        await _stop.CancelAsync();
        await running;

        _reconciler.Calls.ShouldBe(["a"]);
        controller.InFlight.ShouldBe(0);
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_ReconcileIgnoresItsCancellation_ReturnsAfterTheDrainTimeoutAndNamesIt()
    {
        var release = new TaskCompletionSource();
        _reconciler.Next = async (_, _) =>
        {
            await release.Task;
            return default;
        };
        var controller = Start(workers: 2, out var running);
        _queue.Add("stubborn");
        await Wait.UntilAsync(() => controller.InFlight == 1);

        await _stop.CancelAsync();
        await Wait.UntilAsync(() => running.IsCompleted, () => _time.Advance(TimeSpan.FromSeconds(1)));

        await running;
        _logger.Entries.Single().ShouldContain("stubborn");
        release.SetResult();
    }

    [Fact]
    public async Task RunAsync_FailuresBeforeASuccess_AreForgottenByIt()
    {
        var outcomes = new Queue<bool>([false, false, true, false]);
        _reconciler.Next = (_, _) => outcomes.Dequeue() ? Task.FromResult(default(ReconcileResult)) : throw new InvalidOperationException();
        var controller = Start();
        for (var call = 1; call <= 4; call++)
        {
            _queue.Add("a");
            var expected = call;
            await Wait.UntilAsync(() => _reconciler.Calls.Count == expected && controller.InFlight == 0);
            _queue.Failures("a").ShouldBe(call switch { 1 => 1, 2 => 2, 3 => 0, _ => 1 });
        }

        _logger.Entries.Last().ShouldContain("failed 1 times in a row");
    }

    [Fact]
    public async Task RunAsync_ReconcileFails_FreesItsPlace()
    {
        _reconciler.Next = (_, _) => throw new InvalidOperationException();
        Start(workers: 1);

        for (var i = 0; i < 5; i++) _queue.Add($"{i}");

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 5);
    }

    [Fact]
    public async Task Interrupt_ReconcileThrowsSomethingElse_CountsNoFailure()
    {
        _reconciler.Next = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new IOException("the tool was killed");
        };
        var controller = Start();
        _queue.Add("a");
        await Wait.UntilAsync(() => controller.InFlight == 1);

        _reconciler.Next = (_, _) => Task.FromResult(default(ReconcileResult));
        controller.Interrupt("a");

        await Wait.UntilAsync(() => _reconciler.Calls.Count == 2 && controller.InFlight == 0);
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_StoppedReconcileThrowsSomethingElse_IsNoFailure()
    {
        _reconciler.Next = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new IOException("the connection is closed");
        };
        var controller = Start(workers: 1, out var running);
        _queue.Add("a");
        await Wait.UntilAsync(() => controller.InFlight == 1);

        await _stop.CancelAsync();
        await running;

        _queue.Failures("a").ShouldBe(0);
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_ReconcileCancelsItselfByAnotherToken_IsAFailure()
    {
        _reconciler.Next = (_, _) => throw new OperationCanceledException("a deadline of its own");
        Start();

        _queue.Add("a");

        await Wait.UntilAsync(() => _queue.Failures("a") == 1);
    }

    private static async Task<ReconcileResult> HangAsync(string key, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return default;
    }

    private Controller<string> Start(int workers = 4) => Start(workers, out _);

    private Controller<string> Start(int workers, out Task running)
    {
        var options = new ControllerOptions { Workers = workers, DrainTimeout = TimeSpan.FromSeconds(20) };
        var controller = new Controller<string>(_queue, _reconciler, options, _time, _logger);
        running = controller.RunAsync(_stop.Token);
        return controller;
    }

    private sealed class FakeReconciler : IReconciler<string>
    {
        private int _running;

        public Func<string, CancellationToken, Task<ReconcileResult>> Next { get; set; } = (_, _) => Task.FromResult(default(ReconcileResult));

        public ConcurrentQueue<string> Calls { get; } = new();

        public int MostAtOnce { get; private set; }

        public async Task<ReconcileResult> ReconcileAsync(string key, CancellationToken cancellationToken)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
            var next = Next;
            Calls.Enqueue(key);
            try
            {
                return await next(key, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
