using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Scans.Execution;

public sealed class ScannerLaneTests
{
    private static readonly ScanSettings OnePlace = new() { ScannerConcurrency = 1, Timeout = TimeSpan.FromSeconds(30) };

    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly FairGate _shared = new(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Scan_MoreThanTheScannerMayRun_WaitTheirTurn(int places)
    {
        var shared = new FairGate(10);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var most = 0;
        var scanner = new FakeScanner(async (_, _) =>
        {
            var now = Interlocked.Increment(ref running);
            lock (_time) most = Math.Max(most, now);
            await end.Task;
            Interlocked.Decrement(ref running);
            return ScanParts.Passed;
        });
        var lane = ScanParts.Lane(scanner, _time, new ScanSettings { ScannerConcurrency = places });

        var scans = Enumerable.Range(0, 20).Select(_ => lane.ScanAsync(ScanParts.Request(), shared, Cancel)).ToArray();
        await Waiting.UntilAsync(() => scanner.Calls == places, "all places taken");
        shared.Free.ShouldBe(10 - places, "who waits for the scanner holds no place that others could use");
        end.SetResult();
        await Task.WhenAll(scans).SoonAsync();

        most.ShouldBe(places);
        scanner.Calls.ShouldBe(20);
    }

    [Theory]
    [InlineData("result")]
    [InlineData("failure")]
    [InlineData("other exception")]
    [InlineData("deadline")]
    [InlineData("cancelled while it runs")]
    [InlineData("cancelled while it waits for its scanner")]
    [InlineData("cancelled while it waits for a shared place")]
    [InlineData("cancelled before")]
    public async Task Scan_HoweverItEnded_BothPlacesAreFreeAgain(string end)
    {
        using var stop = new CancellationTokenSource();
        var isFirst = true;
        var scanner = new FakeScanner(async (_, token) =>
        {
            if (!isFirst || end == "result") return ScanParts.Passed;
            isFirst = false;
            if (end == "failure") throw new ScanException(ScanReasons.NotFound, "gone");
            if (end == "other exception") throw new InvalidOperationException("broken");
            await Task.Delay(Timeout.Infinite, token);
            return ScanParts.Passed;
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        var isWaiting = end.Contains("waits", StringComparison.Ordinal);
        var blocker = end == "cancelled while it waits for its scanner" ? lane.ScanAsync(ScanParts.Request(), _shared, Cancel) : null;
        if (blocker is not null) await Waiting.UntilAsync(() => scanner.Calls == 1, "the blocker runs");
        var held = end == "cancelled while it waits for a shared place" ? await _shared.EnterAsync("other", Cancel) : null;
        if (end == "cancelled before") await stop.CancelAsync();

        var scan = lane.ScanAsync(ScanParts.Request(), _shared, stop.Token);
        if (end is "deadline" or "cancelled while it runs") await Waiting.UntilAsync(() => scanner.Calls == 1, "the scan runs");
        if (end == "deadline") _time.Advance(OnePlace.Timeout);
        if (isWaiting || end == "cancelled while it runs") await stop.CancelAsync();
        if (end == "result") await scan.SoonAsync();
        else await Should.ThrowAsync<Exception>(scan.SoonAsync());
        if (blocker is not null)
        {
            _time.Advance(OnePlace.Timeout);
            await Should.ThrowAsync<ScanException>(blocker.SoonAsync());
        }

        held?.Dispose();
        isFirst = false;

        _shared.Free.ShouldBe(1);
        for (var i = 0; i < 3; i++) (await lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync()).Result.ShouldBe("Passed");
        _shared.Free.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_NoResultAtTheDeadline_IsEndedAndSaysSo()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var scanner = new FakeScanner(async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return null!;
            }
            finally
            {
                ended.SetResult();
            }
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        var scan = lane.ScanAsync(ScanParts.Request(), _shared, Cancel);
        await Waiting.UntilAsync(() => scanner.Calls == 1, "the scan runs");
        _time.Advance(OnePlace.Timeout - TimeSpan.FromMilliseconds(1));
        ended.Task.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var failure = await Should.ThrowAsync<ScanException>(scan.SoonAsync());
        failure.Reason.ShouldBe(ScanReasons.TimedOut);
        failure.Message.ShouldBe("fake had no result after 30 s and was ended. Raise Scanning:TimeoutSeconds if images need longer.");
        await ended.Task.SoonAsync();
        scanner.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(ScanException))]
    public async Task Scan_ScannerPutsItsDeadlineIntoAnotherException_IsTimedOutAllTheSame(Type exception)
    {
        var scanner = new FakeScanner(async (_, token) =>
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(ended.SetResult);
            await ended.Task;
            throw Make(exception);
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        var scan = lane.ScanAsync(ScanParts.Request(), _shared, Cancel);
        await Waiting.UntilAsync(() => scanner.Calls == 1, "the scan runs");
        _time.Advance(OnePlace.Timeout);

        (await Should.ThrowAsync<ScanException>(scan.SoonAsync())).Message.ShouldContain("no result after 30 s");
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(TimeoutException))]
    public async Task Scan_ScannerThrowsACancellationOfItsOwn_IsAFailureWithAReason(Type exception)
    {
        var scanner = new FakeScanner((_, _) => throw Make(exception));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        var failure = await Should.ThrowAsync<ScanException>(lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync());

        failure.Reason.ShouldBe(ScanReasons.Failed);
        failure.Message.ShouldContain(exception.Name);
        scanner.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(ScanException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task Scan_CallerCancels_IsACancellationWhateverTheScannerThrows(Type exception)
    {
        var scanner = new FakeScanner(async (_, token) =>
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(ended.SetResult);
            await ended.Task;
            throw Make(exception);
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        for (var i = 1; i <= CircuitBreaker.Limit + 1; i++)
        {
            using var one = new CancellationTokenSource();
            var scan = lane.ScanAsync(ScanParts.Request(), _shared, one.Token);
            await Waiting.UntilAsync(() => scanner.Calls == i, "the scan runs");
            await one.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(scan.SoonAsync());
        }
    }

    [Fact]
    public async Task Scan_ScannerBlocksItsThread_IsAbandonedTenSecondsAfterTheDeadline()
    {
        using var unblock = new ManualResetEventSlim();
        var scanner = new FakeScanner((_, _) =>
        {
            unblock.Wait(CancellationToken.None);
            return Task.FromResult(ScanParts.Passed);
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        var scan = Task.Run(() => lane.ScanAsync(ScanParts.Request(), _shared, Cancel), Cancel);
        await Waiting.UntilAsync(() => scanner.Calls == 1, "the scan runs");
        _time.Advance(TimeSpan.FromSeconds(39.9));
        _shared.Free.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        (await Should.ThrowAsync<ScanException>(scan.SoonAsync())).Reason.ShouldBe(ScanReasons.TimedOut);
        unblock.Set();
        (await lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync()).Result.ShouldBe("Passed");
    }

    [Theory]
    [InlineData(ScanReasons.RegistryUnavailable, 2)]
    [InlineData(ScanReasons.RateLimited, 1)]
    [InlineData(ScanReasons.TimedOut, 1)]
    [InlineData(ScanReasons.Unauthorized, 1)]
    [InlineData(ScanReasons.NotFound, 1)]
    [InlineData(ScanReasons.Failed, 1)]
    [InlineData(ScanReasons.ScannerUnavailable, 1)]
    public async Task Scan_Fails_IsTriedOnceMoreWhereTheRegistryIsAway(string reason, int calls)
    {
        var scanner = new FakeScanner((_, _) => throw new ScanException(reason, "no"));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        await Should.ThrowAsync<ScanException>(_time.AdvanceUntilAsync(TimeSpan.FromSeconds(1), lane.ScanAsync(ScanParts.Request(), _shared, Cancel)));

        scanner.Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task Scan_RegistryIsAwayOnce_TheSecondTryIsTheResultAndComesAfterASecond()
    {
        var calls = 0;
        var scanner = new FakeScanner((_, _) =>
            ++calls == 1 ? throw new ScanException(ScanReasons.RegistryUnavailable, "away") : Task.FromResult(ScanParts.Passed));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        var begin = _time.GetUtcNow();

        (await _time.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), lane.ScanAsync(ScanParts.Request(), _shared, Cancel))).Result.ShouldBe("Passed");

        // With jitter of a quarter.
        (_time.GetUtcNow() - begin).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(700));
    }

    [Theory]
    [InlineData(ScanReasons.ScannerUnavailable, true)]
    [InlineData(ScanReasons.Failed, false)] // of one registry alone: perhaps its images are made for that
    [InlineData(ScanReasons.TimedOut, false)] // perhaps the registry's slowness
    [InlineData(ScanReasons.RateLimited, false)]
    [InlineData(ScanReasons.Unauthorized, false)]
    [InlineData(ScanReasons.NotFound, false)]
    [InlineData(ScanReasons.TooLarge, false)]
    [InlineData(ScanReasons.InvalidContent, false)]
    [InlineData("AWordOfItsOwn", false)]
    public async Task Scan_FailsAgainAndAgain_TheScannerIsLeftAloneWhereItIsItsFault(string reason, bool leftAlone)
    {
        var scanner = new FakeScanner((_, _) => throw new ScanException(reason, "broken"));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        var failures = new List<Exception>();
        for (var i = 0; i < 10; i++) failures.Add(await Should.ThrowAsync<Exception>(lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync()));

        scanner.Calls.ShouldBe(leftAlone ? 5 : 10);
        (failures[^1] is CircuitOpenException { Problem.Reason: ScanReasons.ScannerUnavailable }).ShouldBe(leftAlone);
        failures[^1].Message.ShouldBe(leftAlone
            ? "fake failed 5 times in a row for this namespace and is not used for 2 minutes: the images that were tried have their reasons."
            : "broken");
        _shared.Free.ShouldBe(1);
    }

    [Theory]
    [InlineData(ScanReasons.NotFound)] // the image's fault: the scanner has done its work
    [InlineData(ScanReasons.TooLarge)]
    [InlineData("Passed")]
    public async Task Scan_WorkedBetweenFaults_BeginsToCountAnew(string between)
    {
        var next = ScanReasons.ScannerUnavailable;
        var scanner = new FakeScanner((_, _) => next == "Passed" ? Task.FromResult(ScanParts.Passed) : throw new ScanException(next, next));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);

        for (var i = 0; i < CircuitBreaker.Limit - 1; i++) await EndAsync();
        next = between;
        await EndAsync();
        next = ScanReasons.ScannerUnavailable;
        for (var i = 0; i < CircuitBreaker.Limit; i++) await EndAsync();
        scanner.Calls.ShouldBe(2 * CircuitBreaker.Limit);
        await EndAsync();

        scanner.Calls.ShouldBe(2 * CircuitBreaker.Limit);

        Task EndAsync() => lane.ScanAsync(ScanParts.Request(), _shared, Cancel)
            .ContinueWith(_ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task Scan_DeadlinePassesAgainAndAgain_TheScannerIsLeftAlone()
    {
        var scanner = new FakeScanner(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        for (var i = 1; i <= CircuitBreaker.Limit; i++)
        {
            var scan = lane.ScanAsync(ScanParts.Request(), _shared, Cancel);
            await Waiting.UntilAsync(() => scanner.Calls == i, "the scan runs");
            _time.Advance(OnePlace.Timeout);
            (await Should.ThrowAsync<ScanException>(scan.SoonAsync())).Reason.ShouldBe(ScanReasons.TimedOut);
        }

        (await Should.ThrowAsync<CircuitOpenException>(lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync()))
            .Message.ShouldContain("5 times in a row");
    }

    [Fact]
    public async Task Scan_ScannerFailsWhileOthersWaitForAPlace_TheyAreNotTried()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var scanner = new FakeScanner(async (_, _) =>
        {
            await end.Task;
            throw new ScanException(ScanReasons.ScannerUnavailable, "broken");
        });
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        var scans = Enumerable.Range(0, 12).Select(_ => lane.ScanAsync(ScanParts.Request(), _shared, Cancel)).ToArray();

        end.SetResult();

        foreach (var scan in scans) await Should.ThrowAsync<Exception>(scan.SoonAsync());
        scanner.Calls.ShouldBe(CircuitBreaker.Limit);
        scans.Count(scan => scan.Exception!.InnerException is CircuitOpenException).ShouldBe(12 - CircuitBreaker.Limit);
        _shared.Free.ShouldBe(1);
    }

    [Fact]
    public async Task Scan_AfterTheBreak_TheScannerIsTriedAgain()
    {
        var broken = true;
        var scanner = new FakeScanner((_, _) => broken ? throw new ScanException(ScanReasons.ScannerUnavailable, "broken") : Task.FromResult(ScanParts.Passed));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        for (var i = 0; i < 6; i++) await Should.ThrowAsync<Exception>(lane.ScanAsync(ScanParts.Request(), _shared, Cancel));

        broken = false;
        _time.Advance(TimeSpan.FromMinutes(2));

        (await lane.ScanAsync(ScanParts.Request(), _shared, Cancel).SoonAsync()).Result.ShouldBe("Passed");
    }

    /// <summary>Whoever can make a scanner fail must not keep it from others, nor say anything to them.</summary>
    [Theory]
    [InlineData(ScanReasons.Failed, "attacker", "a.example|b.example", false)]
    [InlineData(ScanReasons.Failed, "attacker", "a.example", false)]
    [InlineData(ScanReasons.ScannerUnavailable, "attacker", "a.example|b.example", false)]
    [InlineData(ScanReasons.ScannerUnavailable, "team", "a.example", false)] // another registry of the same namespace
    [InlineData(ScanReasons.ScannerUnavailable, "team", "registry.example.com", true)]
    [InlineData(ScanReasons.Failed, "team", "registry.example.com", false)] // the images of one registry
    [InlineData(ScanReasons.Failed, "team", "a.example|registry.example.com", true)] // a crash at several
    public async Task Scan_FailsForSomeone_IsNotUsedOnlyWhereThatIsTheScannersFault(string reason, string inNamespace, string registries, bool isOpen)
    {
        var broken = true;
        var scanner = new FakeScanner((_, _) => broken ? throw new ScanException(reason, "words of an image") : Task.FromResult(ScanParts.Passed));
        var lane = ScanParts.Lane(scanner, _time, OnePlace);
        foreach (var host in Enumerable.Range(0, 6).SelectMany(_ => registries.Split('|')))
            await Should.ThrowAsync<Exception>(lane.ScanAsync(new ScanOwner(inNamespace, host), ScanParts.Request(), _shared, Cancel).SoonAsync());
        broken = false;

        var scan = lane.ScanAsync(FakeLane.Owner, ScanParts.Request(), _shared, Cancel).SoonAsync();

        if (isOpen) (await Should.ThrowAsync<CircuitOpenException>(scan)).Message.ShouldNotContain("words of an image");
        else (await scan).Result.ShouldBe("Passed");
    }

    [Fact]
    public async Task Scan_OneNamespaceHoldsAllItMay_AnotherIsServedAtOnce()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var honest = new ScanOwner("honest", "b.example");
        var lane = ScanParts.Lane(
            new FakeScanner(async (request, _) =>
            {
                if (request.SbomFormat != "honest") await end.Task;
                return ScanParts.Passed;
            }), _time, new ScanSettings());
        var shared = new FairGate(new ScanSettings().Concurrency + ScannerLane.Reserve);
        var hostile = Enumerable.Range(0, 64).Select(_ => lane.ScanAsync(new ScanOwner("hostile", "a.example"), ScanParts.Request(), shared, Cancel)).ToArray();

        for (var i = 0; i < 10; i++)
            (await lane.ScanAsync(honest, ScanParts.Request() with { SbomFormat = "honest" }, shared, Cancel).SoonAsync()).Result.ShouldBe("Passed");

        hostile.ShouldAllBe(scan => !scan.IsCompleted);
        end.SetResult();
        await Task.WhenAll(hostile).SoonAsync();
    }

    private static Exception Make(Type exception) =>
        exception == typeof(ScanException)
            ? new ScanException(ScanReasons.RegistryUnavailable, "gave up")
            : (Exception)Activator.CreateInstance(exception, "gave up")!;
}
