using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class ListTests : IAsyncLifetime
{
    private FakeApiServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ListAsync_SeveralPages_AreOneList()
    {
        _server.Lists.Enqueue(Answer.Page("9", "token/2", Widget.Json("a", "1"), Widget.Json("b", "2")));
        _server.Lists.Enqueue(Answer.Page("9", "token/3", Widget.Json("c", "3")));
        _server.Lists.Enqueue(Answer.Page("9", "", Widget.Json("d", "4")));

        var list = await _server.Widgets().ListAsync("default", Cancel);

        list.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "b", "c", "d"]);
        list.ResourceVersion.ShouldBe("9");
        _server.ListRequests.Select(request => request.Query.GetValueOrDefault("continue")).ShouldBe([null, "token/2", "token/3"]);
        _server.ListRequests[0].Query["limit"].ShouldBe("500");
    }

    [Fact]
    public async Task ListAsync_TokenExpiresInTheMiddle_BeginsAnewAndRepeatsNothing()
    {
        _server.Lists.Enqueue(Answer.Page("9", "2", Widget.Json("a", "1"), Widget.Json("b", "2")));
        _server.Lists.Enqueue(Answer.Error(410, "Expired"));
        _server.Lists.Enqueue(Answer.Page("12", "2", Widget.Json("b", "2")));
        _server.Lists.Enqueue(Answer.Page("12", "", Widget.Json("c", "3")));

        var list = await _server.Widgets().ListAsync(null, Cancel);

        list.Items.Select(item => item.Metadata.Name).ShouldBe(["b", "c"]);
        list.ResourceVersion.ShouldBe("12");
    }

    [Fact]
    public async Task ListAsync_TokenExpiresAlways_GivesUp()
    {
        for (var i = 0; i < 6; i++)
        {
            _server.Lists.Enqueue(Answer.Page("9", "2", Widget.Json("a", "1")));
            _server.Lists.Enqueue(Answer.Error(410, "Expired"));
        }

        (await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().ListAsync(null, Cancel))).IsGone.ShouldBeTrue();
        _server.ListRequests.Count.ShouldBe(12);
    }

    [Fact]
    public async Task ListAsync_LastRestartSucceeds_IsTaken()
    {
        for (var i = 0; i < 5; i++) _server.Lists.Enqueue(Answer.Error(410, "Expired"));
        _server.Lists.Enqueue(Answer.List("9", Widget.Json("a", "1")));

        (await _server.Widgets().ListAsync(null, Cancel)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListAsync_Refused_IsToldAndNotBegunAnew()
    {
        _server.Lists.Enqueue(Answer.Error(403, "Forbidden"));

        await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().ListAsync(null, Cancel));

        _server.ListRequests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListAsync_MalformedObject_IsReportedBesideTheOthers()
    {
        _server.Lists.Enqueue(Answer.List(
            "9",
            Widget.Json("a", "1"),
            Widget.MalformedJson("bad", "2"),
            """{"spec":{}}""",
            "7",
            """{"metadata":{"namespace":"default"}}""",
            """{"metadata":{"name":""}}""",
            Widget.Json("c", "3")));

        var list = await _server.Widgets().ListAsync(null, Cancel);

        list.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "c"]);
        list.Malformed.Select(item => item.Key).ShouldBe([new ResourceKey("default", "bad"), null, null, null, new ResourceKey("", "")]);
        list.Malformed[0].Error.ShouldContain("$.spec.size");
    }

    [Fact]
    public async Task ListAsync_PageTooLarge_IsAskedInSmallerPieces()
    {
        _server.Lists.Enqueue(Answer.Page("9", "2", Widget.Json("a", "1")));
        _server.Lists.Enqueue(Answer.Endless());
        _server.Lists.Enqueue(Answer.Page("9", "", Widget.Json("b", "2")));

        var list = await _server.Widgets().ListAsync(null, Cancel);

        list.Items.Count.ShouldBe(2);
        _server.ListRequests.Select(request => (request.Query["limit"], request.Query.GetValueOrDefault("continue")))
            .ShouldBe([("500", null), ("500", "2"), ("62", "2")]);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"9"},"items":null}""")]
    [InlineData("""{"items":null,"metadata":{"resourceVersion":"9"}}""")]
    [InlineData("""{"kind":"WidgetList","more":{"items":[1]},"items":[],"metadata":{"resourceVersion":"9"}}""")]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":"9"}}""")]
    public async Task ListAsync_NothingThere_IsEmpty(string json)
    {
        _server.Lists.Enqueue(Answer.Json(200, json));

        var list = await _server.Widgets().ListAsync(null, Cancel);

        list.Items.ShouldBeEmpty();
        list.Malformed.ShouldBeEmpty();
        list.ResourceVersion.ShouldBe("9");
    }

    [Theory]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("[]")]
    [InlineData("""{"items":[""")]
    [InlineData("""{"items":[]}""")]
    public async Task ListAsync_NoList_SaysSo(string body)
    {
        _server.Lists.Enqueue(Answer.Json(200, body));

        (await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().ListAsync("default", Cancel)))
            .Message.ShouldStartWith("Can't list widgets.test.example.com in namespace default: the Kubernetes API server's answer is not readable");
    }
}
