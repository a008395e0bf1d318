using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scanning;
using RegistryOperator.Host.Scanning.Execution;

namespace RegistryOperator.Host.Tests.Scanning.Execution;

public sealed class ScannerLaneTests : IDisposable
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly SemaphoreSlim _shared = new(10);

    [Fact]
    public async Task Scan_MoreThanTheScannerMayRun_WaitTheirTurn()
    {
        var running = 0;
        var most = 0;
        var scanner = new FakeScanner(async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return new ImageScanResult { Result = "Passed" };
        });
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings { ScannerConcurrency = 2 }, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken)));

        most.ShouldBeLessThanOrEqualTo(2);
        scanner.Calls.ShouldBe(50);
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
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings { Timeout = TimeSpan.FromSeconds(30) }, _time);

        var scan = lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken);
        await Task.Run(() => SpinWait.SpinUntil(() => scanner.Calls == 1), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(30));

        var failure = await Should.ThrowAsync<ScanException>(scan);
        failure.Reason.ShouldBe(ScanReasons.TimedOut);
        failure.Message.ShouldContain("30 s");
        await ended.Task;
    }

    [Fact]
    public async Task Scan_ScannerBlocksItsThread_IsAbandonedAfterTheDeadline()
    {
        using var unblock = new ManualResetEventSlim();
        var scanner = new FakeScanner((_, _) =>
        {
            unblock.Wait(CancellationToken.None);
            return Task.FromResult(new ImageScanResult { Result = "Passed" });
        });
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings { Timeout = TimeSpan.FromSeconds(30) }, _time);

        var scan = lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken);
        await Task.Run(() => SpinWait.SpinUntil(() => scanner.Calls == 1), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(60));

        (await Should.ThrowAsync<ScanException>(scan)).Reason.ShouldBe(ScanReasons.TimedOut);
        unblock.Set();
    }

    [Fact]
    public async Task Scan_RegistryIsAwayOnce_IsTriedAgain()
    {
        var calls = 0;
        var scanner = new FakeScanner((_, _) => ++calls == 1
            ? throw new ScanException(ScanReasons.RegistryUnavailable, "away")
            : Task.FromResult(new ImageScanResult { Result = "Passed" }));
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings(), TimeProvider.System);

        (await lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken)).Result.ShouldBe("Passed");
    }

    [Theory]
    [InlineData(ScanReasons.Failed, true)]
    [InlineData(ScanReasons.ScannerUnavailable, true)]
    [InlineData(ScanReasons.TimedOut, false)] // perhaps the registry's slowness
    [InlineData(ScanReasons.Unauthorized, false)]
    [InlineData(ScanReasons.NotFound, false)]
    [InlineData(ScanReasons.TooLarge, false)]
    [InlineData(ScanReasons.InvalidContent, false)]
    public async Task Scan_FailsAgainAndAgain_TheScannerIsLeftAloneWhereItIsItsFault(string reason, bool leftAlone)
    {
        var scanner = new FakeScanner((_, _) => throw new ScanException(reason, "broken"));
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings(), _time);

        var failures = new List<Exception>();
        for (var i = 0; i < 10; i++) failures.Add(await Should.ThrowAsync<Exception>(lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken)));

        scanner.Calls.ShouldBe(leftAlone ? 5 : 10);
        (failures[^1] is ScannerLeftAloneException { Problem.Reason: ScanReasons.ScannerUnavailable }).ShouldBe(leftAlone);
        failures[^1].Message.ShouldContain("broken");
    }

    [Fact]
    public async Task Scan_DeadlinePassesAgainAndAgain_TheScannerIsLeftAlone()
    {
        var scanner = new FakeScanner(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        });
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings { Timeout = TimeSpan.FromSeconds(30) }, _time);
        for (var i = 1; i <= FaultsInARow.Limit; i++)
        {
            var scan = lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken);
            await Task.Run(() => SpinWait.SpinUntil(() => scanner.Calls == i), TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromSeconds(30));
            (await Should.ThrowAsync<ScanException>(scan)).Reason.ShouldBe(ScanReasons.TimedOut);
        }

        await Should.ThrowAsync<ScannerLeftAloneException>(lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Scan_AfterTheBreak_TheScannerIsTriedAgain()
    {
        var broken = true;
        var scanner = new FakeScanner((_, _) => broken ? throw new ScanException(ScanReasons.Failed, "broken") : Task.FromResult(new ImageScanResult { Result = "Passed" }));
        using var lane = new ScannerLane(scanner.Guarded(), new ScanSettings(), _time);
        for (var i = 0; i < 6; i++) await Should.ThrowAsync<Exception>(lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken));

        broken = false;
        _time.Advance(TimeSpan.FromMinutes(3));

        (await lane.ScanAsync(Request, _shared, TestContext.Current.CancellationToken)).Result.ShouldBe("Passed");
    }

    public void Dispose() => _shared.Dispose();

    private static ImageScanRequest Request { get; } = new()
    {
        Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
        Digest = Digest.Compute("image"u8),
        Platform = Platform.Parse("linux/amd64"),
        Client = Substitute.For<IRegistryClient>(),
    };
}
