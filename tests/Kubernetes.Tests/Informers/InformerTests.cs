using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Informers;

public sealed class InformerTests : IAsyncLifetime
{
    private static readonly ResourceKey A = new("default", "a");

    private readonly CancellationTokenSource _stop = new();
    private readonly RecordingHandler _handler = new();
    private readonly RecordingLogger<Informer<Widget>> _logger = new();
    private FakeApiServer _server = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
        }

        await _server.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_ListAndWatch_ReportsEveryChange()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1"), Widget.Json("b", "2")));
        _server.Watches.Enqueue(Answer.Hang(
            Answer.Event("MODIFIED", Widget.Json("a", "10", size: 2)),
            Answer.Event("DELETED", Widget.Json("b", "11")),
            Answer.Event("ADDED", Widget.Json("c", "12"))));

        var informer = Start();
        await informer.HasSynced;

        await SeenAsync("Added a@1", "Added b@2", "Updated a@1>10", "Deleted b@11", "Added c@12");
        informer.GetAll().Select(item => item.Metadata.Name).ShouldBe(["a", "c"], ignoreOrder: true);
        informer.Get(A)!.Spec!.Size.ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_Stored_HoldsNoManagedFieldsAndIsTransformed()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("ADDED", Widget.Json("b", "10"))));

        var informer = Start(new InformerOptions<Widget> { Transform = item => item with { Spec = null } });
        await SeenAsync("Added a@1", "Added b@10");

        foreach (var item in informer.GetAll())
        {
            item.Spec.ShouldBeNull();
            item.Metadata.Extra.ShouldBeNull();
        }
    }

    [Fact]
    public async Task RunAsync_WatchEnds_ResumesFromTheBookmark()
    {
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(Answer.Events(Answer.Event("ADDED", Widget.Json("a", "10")), Answer.Bookmark("25")));

        Start();
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);

        _server.WatchRequests.Select(request => request.Query["resourceVersion"]).ShouldBe(["9", "25"]);
        _server.ListRequests.Count.ShouldBe(1);
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_ConnectionBreaksWithinALine_ResumesAfterTheLastWholeOne()
    {
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(Answer.Break(
            Answer.Event("ADDED", Widget.Json("a", "10")) + "\n" + """{"type":"MODIFIED","object":{"metadata":{"na""",
            received: () => !_handler.Events.IsEmpty));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("MODIFIED", Widget.Json("a", "11"))));

        Start();
        await SeenAsync("Added a@10", "Updated a@10>11");

        _server.WatchRequests.Select(request => request.Query["resourceVersion"]).ShouldBe(["9", "10"]);
        _server.ListRequests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_VersionTooOld_ListsAnewAndMakesUpWhatItMissed(bool asEvent)
    {
        _server.Lists.Enqueue(
            Answer.List("9", Widget.Json("gone", "1"), Widget.Json("same", "2"), Widget.Json("changed", "3"), Widget.Json("anew", "4", uid: "old")));
        _server.Watches.Enqueue(asEvent ? Answer.Events(Answer.GoneEvent()) : Answer.Error(410, "Expired"));
        _server.Lists.Enqueue(
            Answer.List("30", Widget.Json("same", "2"), Widget.Json("changed", "20"), Widget.Json("anew", "21", uid: "new"), Widget.Json("born", "22")));

        Start();
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);

        _handler.Events.Skip(4).ShouldBe(["Deleted gone@1", "Updated changed@3>20", "Deleted anew@4", "Added anew@21", "Added born@22"], ignoreOrder: true);
        _server.WatchRequests[1].Query["resourceVersion"].ShouldBe("30");
    }

    [Fact]
    public async Task RunAsync_SameVersionAgain_IsDropped()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "5")));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("ADDED", Widget.Json("a", "5")), Answer.Event("MODIFIED", Widget.Json("a", "10"))));

        Start();

        await SeenAsync("Added a@5", "Updated a@5>10");
    }

    [Fact]
    public async Task RunAsync_MalformedObjectInAWatch_IsReportedAndLeavesTheLastGoodState()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));
        _server.Watches.Enqueue(Answer.Events(Answer.Event("MODIFIED", Widget.MalformedJson("a", "10")), Answer.Event("ADDED", Widget.Json("b", "11"))));

        var informer = Start();
        await SeenAsync("Added a@1", "Malformed default/a", "Added b@11");

        informer.Get(A)!.Metadata.ResourceVersion.ShouldBe("1");
        _logger.Entries.ShouldContain(entry => entry.Contains("default/a can't be read", StringComparison.Ordinal));
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);
        _server.WatchRequests[1].Query["resourceVersion"].ShouldBe("11");
    }

    [Fact]
    public async Task RunAsync_MalformedObjectInARelist_DoesNotCountAsDeleted()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1"), Widget.Json("b", "2")));
        _server.Watches.Enqueue(Answer.Events(Answer.GoneEvent()));
        _server.Lists.Enqueue(Answer.List("30", Widget.MalformedJson("a", "20")));

        var informer = Start();
        await SeenAsync("Added a@1", "Added b@2", "Deleted b@2", "Malformed default/a");

        informer.Get(A).ShouldNotBeNull();
    }

    [Fact]
    public async Task RunAsync_MalformedObjectDeleted_IsDeleted()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("DELETED", Widget.MalformedJson("a", "10"))));

        var informer = Start();
        await SeenAsync("Added a@1", "Deleted a@1");

        informer.Get(A).ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_SchemaMissing_SaysSoAndBeginsOnceItIsThere()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.NoSuchPath());
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));

        var informer = Start(time: time);
        await Wait.UntilAsync(() => informer.State.IsSchemaMissing);
        informer.State.HasSynced.ShouldBeFalse();
        informer.HasSynced.IsCompleted.ShouldBeFalse();
        informer.State.Error!.ShouldContain("install its CustomResourceDefinition");

        await Wait.UntilAsync(() => informer.HasSynced.IsCompleted, () => time.Advance(TimeSpan.FromMilliseconds(100)));
        informer.State.IsSchemaMissing.ShouldBeFalse();
        informer.State.Error.ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_ErrorsInARow_AreCountedUntilTheServerIsBack()
    {
        for (var i = 0; i < 3; i++) _server.Lists.Enqueue(Answer.Error(503, "ServiceUnavailable"));
        var informer = Start(new InformerOptions<Widget> { Backoff = new BackoffOptions { Base = TimeSpan.FromMilliseconds(1) } });
        await Wait.UntilAsync(() => informer.State.ConsecutiveFailures >= 3);
        informer.State.LastContact.ShouldBeNull();

        _server.Lists.Enqueue(Answer.List("9"));

        await Wait.UntilAsync(() => informer.State is { ConsecutiveFailures: 0, HasSynced: true, LastContact: not null });
    }

    [Fact]
    public async Task RunAsync_WatchHangs_IsRenewedFromWhereItWas()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("ADDED", Widget.Json("a", "10"))));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("ADDED", Widget.Json("b", "11"))));
        Start(time: time);
        await SeenAsync("Added a@10");

        // Ten minutes at most until the server should have ended it, and one of grace.
        time.Advance(TimeSpan.FromMinutes(11.5));
        await Wait.UntilAsync(() => _handler.Events.Count == 2, () => time.Advance(TimeSpan.FromMilliseconds(100)));

        _server.WatchRequests[1].Query["resourceVersion"].ShouldBe("10");
    }

    [Fact]
    public async Task RunAsync_ServerEndsWatchesAtOnce_WaitsBetweenThem()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(Answer.Events());
        Start(time: time);

        await Wait.UntilAsync(() => _logger.Entries.Any(entry => entry.Contains("at once", StringComparison.Ordinal)));
        _server.WatchRequests.Count.ShouldBe(1);

        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2, () => time.Advance(TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task RunAsync_ResyncPeriod_RemindsOfWhatIsThere()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));
        var informer = Start(new InformerOptions<Widget> { ResyncPeriod = TimeSpan.FromMinutes(1) }, time);
        await informer.HasSynced;

        time.Advance(TimeSpan.FromMinutes(1));

        await SeenAsync("Added a@1", "Resync a@1>1");
    }

    [Fact]
    public async Task RunAsync_HandlerThrows_TheOthersStillGetTheirs()
    {
        _handler.ThrowAt = "Added a@1";
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1"), Widget.Json("b", "2")));

        Start();

        await SeenAsync("Added a@1", "Added b@2");
        _logger.Entries.Single().ShouldContain("default/a");
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsAndItsWaitersToo()
    {
        _server.Lists.Enqueue(Answer.Hang());
        var informer = Start();
        await Wait.UntilAsync(() => _server.ListRequests.Count == 1);

        await _stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(_running);
        await Should.ThrowAsync<OperationCanceledException>(informer.HasSynced);
    }

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    public async Task RunAsync_QuietWatchEndsAfterSoLong_IsRenewedAtOnceWhereItLivedLongEnough(double seconds, bool isGood)
    {
        var time = new FakeTimeProvider();
        var end = new TaskCompletionSource();
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(async context =>
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await end.Task;
        });
        var informer = Start(time: time);
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 1 && informer.State.LastContact is not null);
        time.Advance(TimeSpan.FromSeconds(seconds));

        end.SetResult();

        await Wait.UntilAsync(() => isGood ? _server.WatchRequests.Count == 2 : !_logger.Entries.IsEmpty);
        _server.WatchRequests.Count.ShouldBe(isGood ? 2 : 1);
        _logger.Entries.IsEmpty.ShouldBe(isGood);
        _server.ListRequests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("break break break", "10 20 40")]
    [InlineData("short short short", "10 20 40")]
    [InlineData("break short break", "10 20 40")]
    [InlineData("break break break break break break", "10 20 40 80 160 240")]
    // A watch that brought something, or lived long, was a good one: what comes after it counts anew.
    [InlineData("break break bookmark-then-break break", "10 20 10 20")]
    [InlineData("break break bookmark-then-end break", "10 20 10")]
    [InlineData("break break long-then-end break", "10 20 10")]
    [InlineData("break break long-then-break break", "10 20 10 20")]
    public async Task RunAsync_WatchesThatEndSo_AreRenewedAfterWaitsThatGrowUntilOneIsGood(string watches, string expectedWaits)
    {
        var time = new DelayClock();
        _server.Lists.Enqueue(Answer.List("9"));
        foreach (var watch in watches.Split(' ')) _server.Watches.Enqueue(context => EndAsync(context, watch, time));
        var waits = new List<double>();

        var backoff = new BackoffOptions { Base = TimeSpan.FromSeconds(10), Max = TimeSpan.FromMinutes(4), Jitter = 0 };
        Start(new InformerOptions<Widget> { Backoff = backoff }, time);
        await Wait.UntilAsync(
            () => _server.WatchRequests.Count > watches.Split(' ').Length,
            () =>
            {
                if (!time.Delays.TryDequeue(out var delay)) return;
                waits.Add(delay.TotalSeconds);
                time.Advance(delay);
            });

        waits.ShouldBe(expectedWaits.Split(' ').Select(double.Parse));
        _server.ListRequests.Count.ShouldBe(1);
    }

    private static async Task EndAsync(Microsoft.AspNetCore.Http.HttpContext context, string how, FakeTimeProvider time)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (how.StartsWith("bookmark", StringComparison.Ordinal)) await Answer.Events(Answer.Bookmark("10"))(context);
        if (how.StartsWith("long", StringComparison.Ordinal)) time.Advance(TimeSpan.FromSeconds(5));
        // Ends within a line, which is what a broken connection looks like.
        if (how.EndsWith("break", StringComparison.Ordinal))
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"type":""", context.RequestAborted);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(410, true)]
    [InlineData(403, false)]
    [InlineData(500, false)]
    public async Task RunAsync_WatchRefused_ListsAnewOnlyWhereItsPlaceIsLost(int code, bool isListedAnew)
    {
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Lists.Enqueue(Answer.List("20"));
        _server.Watches.Enqueue(Answer.Error(code, "Any"));

        Start();
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);

        _server.ListRequests.Count.ShouldBe(isListedAnew ? 2 : 1);
        _server.WatchRequests[1].Query["resourceVersion"].ShouldBe(isListedAnew ? "20" : "9");
    }

    [Fact]
    public async Task RunAsync_UnnamedMalformedObjectInARelist_DeletesNothing()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1"), Widget.Json("b", "2")));
        _server.Watches.Enqueue(Answer.Events(Answer.GoneEvent()));
        _server.Lists.Enqueue(Answer.List("30", Widget.Json("a", "1"), "7"));

        var informer = Start();
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);

        informer.GetAll().Count.ShouldBe(2);
        _handler.Events.ShouldNotContain(text => text.StartsWith("Deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_NoResyncPeriod_RemindsOfNothing()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));
        var informer = Start(time: time);
        await informer.HasSynced;

        time.Advance(TimeSpan.FromMinutes(4));

        await SeenAsync("Added a@1");
    }

    [Fact]
    public async Task State_QuietWatchIsAccepted_HasBeenInContact()
    {
        var time = new FakeTimeProvider();
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Watches.Enqueue(Answer.Error(500, "Any"));
        var informer = Start(time: time);
        await Wait.UntilAsync(() => informer.State.ConsecutiveFailures == 1);
        informer.State.Error.ShouldNotBeNull();
        var listed = informer.State.LastContact;

        await Wait.UntilAsync(() => informer.State.ConsecutiveFailures == 0, () => time.Advance(TimeSpan.FromMilliseconds(100)));

        informer.State.LastContact.ShouldNotBeNull().ShouldBeGreaterThan(listed!.Value);
        informer.State.Error.ShouldBeNull();
        informer.State.HasSynced.ShouldBeTrue();
    }

    private Informer<Widget> Start(InformerOptions<Widget>? options = null, TimeProvider? time = null)
    {
        options ??= new InformerOptions<Widget>();
        if (time is null)
            options = options with { Backoff = options.Backoff with { Base = TimeSpan.FromMilliseconds(1) } };
        var client = _server.Widgets(new ClientOptions { Retries = 0, RequestTimeout = TimeSpan.FromHours(1) }, time);
        var informer = new Informer<Widget>(client, null, _handler, options, time ?? TimeProvider.System, _logger);
        _running = informer.RunAsync(_stop.Token);
        return informer;
    }

    private async Task SeenAsync(params string[] events)
    {
        await Wait.UntilAsync(() => _handler.Events.Count >= events.Length);
        _handler.Events.ShouldBe(events);
    }
}
