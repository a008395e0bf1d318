using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class FinalizersTests : IAsyncLifetime
{
    private const string Finalizer = "test.example.com/cleanup";

    private FakeApiServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task AddFinalizerAsync_OthersThere_KeepsThemAndNamesTheVersion()
    {
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "6")));

        await _server.Widgets().AddFinalizerAsync(WithFinalizers("other"), Finalizer, Cancel);

        _server.Requests.Single().Body.ShouldBe("""{"metadata":{"resourceVersion":"5","finalizers":["other","test.example.com/cleanup"]}}""");
    }

    [Fact]
    public async Task AddFinalizerAsync_ThereAlready_AsksNothing()
    {
        (await _server.Widgets().AddFinalizerAsync(WithFinalizers(Finalizer), Finalizer, Cancel)).ShouldNotBeNull();

        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AddFinalizerAsync_BeingDeleted_IsNull()
    {
        var widget = WithFinalizers("other");
        widget = widget with { Metadata = widget.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };

        (await _server.Widgets().AddFinalizerAsync(widget, Finalizer, Cancel)).ShouldBeNull();

        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task RemoveFinalizerAsync_OthersMovedMeanwhile_ReadsAnewAndRemovesItsOwn()
    {
        _server.Others.Enqueue(Answer.Error(422, "Invalid"));
        _server.Others.Enqueue(
            Answer.Json(200, """{"metadata":{"name":"a","namespace":"default","uid":"a","resourceVersion":"7","finalizers":["test.example.com/cleanup"]}}"""));
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "8")));

        (await _server.Widgets().RemoveFinalizerAsync(WithFinalizers("other", Finalizer), Finalizer, Cancel)).ShouldNotBeNull();

        _server.Requests.Select(request => request.Method).ShouldBe(["PATCH", "GET", "PATCH"]);
        _server.Requests.First().Body.ShouldContain("""{"op":"remove","path":"/metadata/finalizers/1"}""");
        _server.Requests.Last().Body.ShouldContain("""{"op":"remove","path":"/metadata/finalizers/0"}""");
    }

    [Fact]
    public async Task RemoveFinalizerAsync_Gone_IsNull()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound"));

        (await _server.Widgets().RemoveFinalizerAsync(WithFinalizers(Finalizer), Finalizer, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task RemoveFinalizerAsync_MadeAnewMeanwhile_LeavesTheNewOneAlone()
    {
        _server.Others.Enqueue(Answer.Error(422, "Invalid"));
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "9", uid: "another")));

        (await _server.Widgets().RemoveFinalizerAsync(WithFinalizers(Finalizer), Finalizer, Cancel)).ShouldBeNull();

        _server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task AddFinalizerAsync_ConflictsInARow_AreMetByFreshReadsUpToALimit(int conflicts, bool isAdded)
    {
        for (var i = 0; i < conflicts; i++)
        {
            _server.Others.Enqueue(Answer.Error(409, "Conflict"));
            if (i < 4) _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", $"{10 + i}")));
        }

        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "20")));
        var adding = _server.Widgets().AddFinalizerAsync(WithFinalizers(), Finalizer, Cancel);

        if (isAdded) (await adding).ShouldNotBeNull().Metadata.ResourceVersion.ShouldBe("20");
        else (await Should.ThrowAsync<KubernetesApiException>(adding)).IsConflict.ShouldBeTrue();
        _server.Requests.Count(request => request.Method == "PATCH").ShouldBe(5);
        _server.Requests.Last(request => request.Method == "PATCH").Body.ShouldContain("\"resourceVersion\":\"13\"");
    }

    [Fact]
    public async Task AddFinalizerAsync_Refused_IsToldAtOnce()
    {
        _server.Others.Enqueue(Answer.Error(403, "Forbidden"));

        await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().AddFinalizerAsync(WithFinalizers(), Finalizer, Cancel));

        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RemoveFinalizerAsync_BeingDeleted_IsRemovedAndNamesTheUid()
    {
        var widget = WithFinalizers(Finalizer);
        widget = widget with { Metadata = widget.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "6")));

        (await _server.Widgets().RemoveFinalizerAsync(widget, Finalizer, Cancel)).ShouldNotBeNull();

        var request = _server.Requests.Single();
        request.MediaType.ShouldBe("application/json-patch+json");
        request.Body.ShouldBe(
            """[{"op":"test","path":"/metadata/uid","value":"a"},""" +
            """{"op":"test","path":"/metadata/finalizers/0","value":"test.example.com/cleanup"},""" +
            """{"op":"remove","path":"/metadata/finalizers/0"}]""");
    }

    [Fact]
    public async Task RemoveFinalizerAsync_NotThere_AsksNothing()
    {
        (await _server.Widgets().RemoveFinalizerAsync(WithFinalizers("other"), Finalizer, Cancel)).ShouldNotBeNull();

        _server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChangeAsync_TypeIsGone_IsToldRatherThanTakenForADeletion(bool isAdding)
    {
        _server.Others.Enqueue(Answer.NoSuchPath());
        var client = _server.Widgets();

        var changing = isAdding
            ? client.AddFinalizerAsync(WithFinalizers(), Finalizer, Cancel)
            : client.RemoveFinalizerAsync(WithFinalizers(Finalizer), Finalizer, Cancel);

        (await Should.ThrowAsync<KubernetesApiException>(changing)).IsSchemaMissing.ShouldBeTrue();
    }

    private static Widget WithFinalizers(params string[] finalizers)
    {
        var widget = Widget.Create("a", "5");
        return widget with { Metadata = widget.Metadata with { Finalizers = finalizers } };
    }
}
