using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Sources.Cluster;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Host.Tests.Sources.Cluster;

public sealed class ClusterSourceTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(ResourceKey Key, bool Interrupt)> _woken = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private FakeApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Watch_Resources_WakesForEachAndIsReadyThen()
    {
        _server.Lists.Enqueue(Answer.List("5", Registry("a", 1), Registry("b", 1)));
        _server.Watches.Enqueue(Answer.Hang(Answer.Event("MODIFIED", Registry("a", 2)), Answer.Event("DELETED", Registry("b", 1))));
        var source = Source();
        source.IsReady.ShouldBeFalse();

        var watch = source.WatchAsync(Wake, _stop.Token);
        await Wait.UntilAsync(() => _woken.Count == 4);

        _woken.ShouldBe([(new("shop", "a"), false), (new("shop", "b"), false), (new("shop", "a"), true), (new("shop", "b"), true)]);
        source.IsReady.ShouldBeTrue();
        _server.ListRequests.ShouldHaveSingleItem().Path.ShouldBe("/apis/registry.kubecontroller.io/v1alpha1/registries");
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watch);
    }

    [Fact]
    public async Task Watch_Namespaces_AsksForEachAlone()
    {
        for (var i = 0; i < 2; i++) _server.Lists.Enqueue(Answer.List("5"));
        var source = Source("shop", "team");

        _ = source.WatchAsync(Wake, _stop.Token);
        await Wait.UntilAsync(() => source.IsReady);

        _server.ListRequests.Select(request => request.Path).ShouldBe(
            [
                "/apis/registry.kubecontroller.io/v1alpha1/namespaces/shop/registries",
                "/apis/registry.kubecontroller.io/v1alpha1/namespaces/team/registries",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Watch_AnHourWithoutChange_RemindsOfEveryResource()
    {
        _server.Lists.Enqueue(Answer.List("5", Registry("a", 1)));
        var source = Source();
        _ = source.WatchAsync(Wake, _stop.Token);
        await Wait.UntilAsync(() => _woken.Count == 1 && _server.WatchRequests.Count == 1);

        _time.Advance(TimeSpan.FromMinutes(59));
        // Watches end meanwhile and are begun anew, which is no change.
        await Wait.UntilAsync(() => _server.WatchRequests.Count >= 1);
        _woken.Count.ShouldBe(1);

        await Wait.UntilAsync(() => _woken.Count == 2, () => _time.Advance(TimeSpan.FromSeconds(10)));
        _woken.Last().ShouldBe((new ResourceKey("shop", "a"), false));
        (_time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task IsReady_FiveFailuresInARow_IsFalseUntilOneSucceeds()
    {
        _server.Lists.Enqueue(Answer.List("5", Registry("a", 1)));
        var source = Source();
        var readyBefore = new ConcurrentQueue<bool>();
        for (var i = 0; i < 7; i++)
        {
            _server.Watches.Enqueue(async context =>
            {
                // A request begins after the failure before it was counted.
                readyBefore.Enqueue(source.IsReady);
                await Answer.Error(500, "InternalError")(context);
            });
        }

        _ = source.WatchAsync(Wake, _stop.Token);
        await Wait.UntilAsync(() => readyBefore.Count == 7, () => _time.Advance(TimeSpan.FromSeconds(1)));
        readyBefore.ShouldBe([true, true, true, true, true, false, false]);

        await Wait.UntilAsync(() => source.IsReady, () => _time.Advance(TimeSpan.FromSeconds(1))); // the watch that hangs is an answer
    }

    [Fact]
    public void Description_Source_NamesServerAndSettings() => Source().Description.ShouldMatch(@"^http://127\.0\.0\.1:\d+/ \(test\)$");

    [Fact]
    public async Task Dispose_Source_ClosesTheConnection()
    {
        _server.Others.Enqueue(Answer.Json(200, Registry("a", 1)));
        var source = Source();

        source.Dispose();

        await Should.ThrowAsync<Exception>(source.Store.GetAsync(new ResourceKey("shop", "a"), TestContext.Current.CancellationToken));
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Store_Source_IsTheClusters() => Source().Store.ShouldBeOfType<ClusterResourceStore>();

    private static string Registry(string name, int generation) =>
        """{"metadata":""" +
        $$$"""{"name":"{{{name}}}","namespace":"shop","uid":"{{{name}}}","resourceVersion":"{{{generation}}}","generation":{{{generation}}}},"spec":{}}""";

    private ClusterSource Source(params string[] namespaces) => new(_server.Connect(time: _time), namespaces, _time, NullLoggerFactory.Instance);

    private void Wake(ResourceKey key, bool interrupt) => _woken.Enqueue((key, interrupt));
}
