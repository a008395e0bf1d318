using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Hosting;

/// <summary>When the operator cleans its report store.</summary>
public sealed class ReportCleaningTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly MessageLog<ReportCleaning> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_Time_CleansOnceAnHour()
    {
        using var stop = new CancellationTokenSource();
        var run = new ReportCleaning(_store, _time, _log).RunAsync(stop.Token);
        await CalledAsync(0);

        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await CalledAsync(0);
        _time.Advance(TimeSpan.FromSeconds(1));
        await CalledAsync(1);
        _time.Advance(TimeSpan.FromHours(1));
        await CalledAsync(2);

        await stop.CancelAsync();
        await run;
        _log.Messages.ShouldBeEmpty("nothing was deleted");
    }

    [Fact]
    public async Task RunAsync_ReportsDeleted_TellsHowMany()
    {
        _store.CollectGarbageAsync(Token).ReturnsForAnyArgs(3);
        using var stop = new CancellationTokenSource();
        var run = new ReportCleaning(_store, _time, _log).RunAsync(stop.Token);

        _time.Advance(TimeSpan.FromHours(1));
        await CalledAsync(1);
        await stop.CancelAsync();
        await run;

        var (level, message) = _log.Messages.ShouldHaveSingleItem();
        (level, message).ShouldBe((LogLevel.Information, "3 reports of images that no resource has any more were deleted"));
    }

    [Fact]
    public async Task RunAsync_StoreFails_TellsItAndTriesAgainAnHourLater()
    {
        _store.CollectGarbageAsync(Token).ThrowsAsyncForAnyArgs(new ReportStoreException("The disk is full."));
        using var stop = new CancellationTokenSource();
        var run = new ReportCleaning(_store, _time, _log).RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromHours(1));
        await CalledAsync(1);
        _time.Advance(TimeSpan.FromHours(1));
        await CalledAsync(2);

        await stop.CancelAsync();
        await run;

        _log.Messages.ShouldBe(
        [
            (LogLevel.Warning, "Old reports could not be deleted: The disk is full."),
            (LogLevel.Warning, "Old reports could not be deleted: The disk is full."),
        ]);
    }

    [Fact]
    public async Task RunAsync_StoppedWhileItCleans_Ends()
    {
        _store.CollectGarbageAsync(Token).ReturnsForAnyArgs(async call =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, call.Arg<CancellationToken>());
            return 1;
        });
        using var stop = new CancellationTokenSource();
        var run = new ReportCleaning(_store, _time, _log).RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromHours(1));
        await CalledAsync(1);

        await stop.CancelAsync();

        await run.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
    }

    private Task CalledAsync(int times) => RegistryOperator.Tests.Servers.Processes.Wait.UntilAsync(
        $"{times} cleanings", () => _store.ReceivedCalls().Count() == times, TimeSpan.FromSeconds(20), Token);
}
