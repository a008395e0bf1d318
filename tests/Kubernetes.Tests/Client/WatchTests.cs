using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class WatchTests : IAsyncLifetime
{
    private FakeApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task WatchAsync_Events_AreReadInOrder()
    {
        _server.Watches.Enqueue(Answer.Events(
            Answer.Event("ADDED", Widget.Json("a", "10")),
            Answer.Event("MODIFIED", Widget.Json("a", "11", size: 2)),
            Answer.Event("MODIFIED", Widget.MalformedJson("bad", "12")),
            Answer.Bookmark("15"),
            Answer.Event("DELETED", Widget.Json("a", "16")),
            Answer.Event("DELETED", Widget.MalformedJson("bad", "17"))));

        var events = await WatchAsync();

        events.Select(e => (e.Type, e.ResourceVersion)).ShouldBe([
            (WatchEventType.Added, "10"), (WatchEventType.Modified, "11"), (WatchEventType.Malformed, "12"), (WatchEventType.Bookmark, "15"),
            (WatchEventType.Deleted, "16"), (WatchEventType.Deleted, "17")]);
        events[1].Resource!.Spec!.Size.ShouldBe(2);
        events[2].Malformed!.Key.ShouldBe(new ResourceKey("default", "bad"));
        events[5].Malformed!.Key.ShouldBe(new ResourceKey("default", "bad"));
    }

    [Fact]
    public async Task WatchAsync_Request_AsksForBookmarksAndAnEnd()
    {
        _server.Watches.Enqueue(Answer.Events());

        await WatchAsync();

        var query = _server.WatchRequests.Single().Query;
        (query["resourceVersion"], query["allowWatchBookmarks"]).ShouldBe(("9", "true"));
        int.Parse(query["timeoutSeconds"]).ShouldBeInRange(300, 600);
    }

    [Fact]
    public async Task WatchAsync_ManyWatches_DoNotAskToEndTogether()
    {
        for (var i = 0; i < 10; i++)
        {
            _server.Watches.Enqueue(Answer.Events());
            await WatchAsync();
        }

        var ends = _server.WatchRequests.Select(request => int.Parse(request.Query["timeoutSeconds"])).ToList();
        ends.ShouldAllBe(seconds => seconds >= 300 && seconds <= 600);
        ends.Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task WatchAsync_ErrorEvent_IsThrown()
    {
        _server.Watches.Enqueue(Answer.Events(Answer.GoneEvent()));

        (await Should.ThrowAsync<KubernetesApiException>(WatchAsync())).IsGone.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"type":"ADDED","obj""")]
    public async Task WatchAsync_ConnectionBreaks_IsTransient(string text)
    {
        _server.Watches.Enqueue(Answer.Break(text));

        (await Should.ThrowAsync<KubernetesApiException>(WatchAsync())).IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"type":"UNHEARD-OF","object":{}}""")]
    public async Task WatchAsync_NoEvent_SaysSo(string line)
    {
        _server.Watches.Enqueue(Answer.Events(line));

        (await Should.ThrowAsync<KubernetesApiException>(WatchAsync())).Message.ShouldContain("answer is not readable");
    }

    [Fact]
    public async Task WatchAsync_ServerDoesNotEndIt_CountsAsDead()
    {
        var time = new FakeTimeProvider();
        _server.Watches.Enqueue(Answer.Hang());
        var watching = WatchAsync(time);
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 1);

        time.Advance(TimeSpan.FromMinutes(12));

        (await Should.ThrowAsync<KubernetesApiException>(watching)).Message.ShouldContain("the watch hangs");
    }

    [Fact]
    public async Task WatchAsync_Cancelled_IsACancellation()
    {
        using var source = new CancellationTokenSource();
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("ADDED", Widget.Json("a", "10"))));

        var watching = WatchAsync(cancellation: source);

        await Should.ThrowAsync<OperationCanceledException>(watching);
    }

    [Fact]
    public async Task WatchAsync_ServerDoesNotEvenBegin_CountsAsDeadAfterTheLongestWatchAndItsGrace()
    {
        var time = new FakeTimeProvider();
        _server.Watches.Enqueue(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        var watching = WatchAsync(time);
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 1);

        // Five minutes at least, and one of grace.
        time.Advance(TimeSpan.FromMinutes(5.99));
        watching.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5.1));

        (await Should.ThrowAsync<KubernetesApiException>(watching)).Message.ShouldContain("the watch hangs");
    }

    [Fact]
    public async Task WatchAsync_ErrorEventWithoutACode_IsTransient()
    {
        _server.Watches.Enqueue(Answer.Events(Answer.Event("ERROR", """{"kind":"Status","message":"etcd is away"}""")));

        var error = await Should.ThrowAsync<KubernetesApiException>(WatchAsync());

        error.IsTransient.ShouldBeTrue();
        error.IsGone.ShouldBeFalse();
        error.Message.ShouldContain("etcd is away (500 InternalServerError)");
    }

    [Fact]
    public async Task WatchAsync_Refused_IsToldAndNotRepeated()
    {
        _server.Watches.Enqueue(Answer.Error(503, "Busy"));

        (await Should.ThrowAsync<KubernetesApiException>(WatchAsync())).IsTransient.ShouldBeTrue();

        _server.WatchRequests.Count.ShouldBe(1);
    }

    private async Task<List<WatchEvent<Widget>>> WatchAsync(TimeProvider? time = null, CancellationTokenSource? cancellation = null)
    {
        var token = cancellation?.Token ?? TestContext.Current.CancellationToken;
        List<WatchEvent<Widget>> events = [];
        await foreach (var e in _server.Widgets(time: time).WatchAsync(new WatchOptions { ResourceVersion = "9" }, token))
        {
            events.Add(e);
            if (cancellation is not null) await cancellation.CancelAsync();
        }

        return events;
    }
}
