using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Informers;

public sealed class InformerGroupTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RecordingLogger<Informer<Widget>> _logger = new();
    private FakeApiServer _server = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_running);
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_SeveralNamespaces_AreOne()
    {
        _server.Lists.Enqueue(AnswerByNamespace);
        _server.Lists.Enqueue(AnswerByNamespace);
        var group = Start("one", "two", "one");
        await group.HasSynced;

        _server.ListRequests.Select(request => request.Path).ShouldBe(
            ["/apis/test.example.com/v1/namespaces/one/widgets", "/apis/test.example.com/v1/namespaces/two/widgets"], ignoreOrder: true);
        group.GetAll().Select(item => item.Metadata.Key.ToString()).ShouldBe(["one/x", "two/x"], ignoreOrder: true);
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 2);
        _server.WatchRequests.Select(request => request.Path).ShouldBe(
            ["/apis/test.example.com/v1/namespaces/one/widgets", "/apis/test.example.com/v1/namespaces/two/widgets"], ignoreOrder: true);
        group.Get(new ResourceKey("two", "x")).ShouldNotBeNull();
        group.Get(new ResourceKey("three", "x")).ShouldBeNull();
        group.State.ShouldSatisfyAllConditions(state => state.HasSynced.ShouldBeTrue(), state => state.LastContact.ShouldNotBeNull());
    }

    [Fact]
    public async Task RunAsync_NoNamespace_AsksForAll()
    {
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("x", "1", ns: "one"), Widget.Json("x", "2", ns: "two")));
        var group = Start();
        await group.HasSynced;

        _server.ListRequests.Single().Path.ShouldBe("/apis/test.example.com/v1/widgets");
        group.Get(new ResourceKey("two", "x")).ShouldNotBeNull();
    }

    [Fact]
    public async Task State_OneNamespaceRefused_IsAsTheWorst()
    {
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Lists.Enqueue(Answer.Error(403, "Forbidden", "you may not"));
        var group = Start("one", "two");

        await Wait.UntilAsync(() => group.State is { ConsecutiveFailures: > 0 } && _server.WatchRequests.Count == 1);

        group.State.HasSynced.ShouldBeFalse();
        group.State.LastContact.ShouldBeNull();
        group.State.Error.ShouldNotBeNull().ShouldContain("you may not");
    }

    [Fact]
    public async Task State_OneNamespaceHeardLater_HasTheEarlierContact()
    {
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();
        var release = new TaskCompletionSource();
        _server.Lists.Enqueue(Answer.List("9"));
        _server.Lists.Enqueue(async context =>
        {
            await release.Task;
            await Answer.List("9")(context);
        });
        var group = Start(time, "one", "two");
        await Wait.UntilAsync(() => _server.WatchRequests.Count == 1 && _server.ListRequests.Count == 2);
        group.State.LastContact.ShouldBeNull();

        time.Advance(TimeSpan.FromSeconds(20));
        release.SetResult();
        await group.HasSynced;

        group.State.LastContact.ShouldBe(began);
    }

    [Fact]
    public async Task State_SchemaMissing_IsSo()
    {
        _server.Lists.Enqueue(Answer.NoSuchPath());
        _server.Lists.Enqueue(Answer.List("9"));
        var group = Start("one", "two");

        await Wait.UntilAsync(() => group.State.IsSchemaMissing);
    }

    private static Task AnswerByNamespace(Microsoft.AspNetCore.Http.HttpContext context) =>
        Answer.List("9", Widget.Json("x", "1", ns: context.Request.Path.Value!.Split('/')[5]))(context);

    private InformerGroup<Widget> Start(params string[] namespaces) => Start(TimeProvider.System, namespaces);

    private InformerGroup<Widget> Start(TimeProvider time, params string[] namespaces)
    {
        // Long waits after failures: the state is looked at while it stands.
        var options = new InformerOptions<Widget> { Backoff = new BackoffOptions { Base = TimeSpan.FromHours(1), Max = TimeSpan.FromHours(1) } };
        var client = _server.Widgets(new ClientOptions { Retries = 0 });
        var group = new InformerGroup<Widget>(client, namespaces, new RecordingHandler(), options, time, _logger);
        _running = group.RunAsync(_stop.Token);
        return group;
    }
}
