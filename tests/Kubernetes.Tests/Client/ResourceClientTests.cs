using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using k8s.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class ResourceClientTests : IAsyncLifetime
{
    private static readonly ResourceKey Key = new("default", "a");
    private static readonly ClientOptions Patient = new() { Retries = 2, RetryDelay = TimeSpan.FromMilliseconds(1) };

    private FakeApiServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task GetAsync_Exists_IsRead()
    {
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7", size: 3)));

        var widget = await _server.Widgets().GetAsync(Key, Cancel);

        widget!.Spec!.Size.ShouldBe(3);
        _server.Requests.Single().Path.ShouldBe("/apis/test.example.com/v1/namespaces/default/widgets/a");
    }

    [Fact]
    public async Task GetAsync_TokenRotates_SendsTheOneOfTheMoment()
    {
        var tokens = Substitute.For<ITokenProvider>();
        tokens.GetAuthenticationHeaderAsync(Cancel).ReturnsForAnyArgs(
            new AuthenticationHeaderValue("Bearer", "first"), new AuthenticationHeaderValue("Bearer", "second"));
        var client = _server.Widgets(tokens: tokens);
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7")));
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7")));

        await client.GetAsync(Key, Cancel);
        await client.GetAsync(Key, Cancel);

        _server.Requests.Select(request => request.Authorization).ShouldBe(["Bearer first", "Bearer second"]);
    }

    [Fact]
    public async Task GetAsync_TokenFileIsGone_SaysThatCredentialsFailed()
    {
        var client = _server.Widgets(tokens: new TokenFileAuth("/does/not/exist"));

        var error = await Should.ThrowAsync<KubernetesApiException>(client.GetAsync(Key, Cancel));

        error.Message.ShouldContain("getting credentials for the Kubernetes API server failed");
        error.Message.ShouldContain("/does/not/exist");
    }

    [Fact]
    public async Task GetAsync_ModelRefusesTheObject_SaysWhereAndIsNotTransient()
    {
        _server.Others.Enqueue(Answer.Json(200, Widget.MalformedJson("a", "7")));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets(Patient).GetAsync(Key, Cancel));

        error.Message.ShouldContain("$.spec.size");
        error.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task GetAsync_DoesNotExist_IsNull()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound"));

        (await _server.Widgets().GetAsync(Key, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_TypeDoesNotExist_SaysWhatToInstall()
    {
        _server.Others.Enqueue(Answer.NoSuchPath());

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().GetAsync(Key, Cancel));

        error.IsSchemaMissing.ShouldBeTrue();
        error.Message.ShouldBe(
            "Can't read widgets.test.example.com default/a: the server does not know this type of resource; " +
            "install its CustomResourceDefinition (404 NotFound).");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task GetAsync_TransientError_IsTriedAgain(int code)
    {
        _server.Others.Enqueue(Answer.Error(code, "Busy"));
        _server.Others.Enqueue(Answer.Break("{"));
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7")));

        (await _server.Widgets(Patient).GetAsync(Key, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task GetAsync_TransientErrorStays_IsTold()
    {
        for (var i = 0; i < 3; i++) _server.Others.Enqueue(Answer.Error(503, "ServiceUnavailable", "etcd is away"));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets(Patient).GetAsync(Key, Cancel));

        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("etcd is away (503 ServiceUnavailable)");
    }

    [Fact]
    public async Task GetAsync_RetryAfter_IsWaitedFor()
    {
        var time = new FakeTimeProvider();
        _server.Others.Enqueue(Answer.Error(429, "TooManyRequests", retryAfter: 7));
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7")));
        var reading = _server.Widgets(Patient with { RequestTimeout = TimeSpan.FromHours(1) }, time).GetAsync(Key, Cancel);

        var began = time.GetUtcNow();
        await Wait.UntilAsync(() => reading.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(0.5)));

        (await reading).ShouldNotBeNull();
        (time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task GetAsync_RetryAfterTooLong_IsToldAtOnce()
    {
        _server.Others.Enqueue(Answer.Error(429, "TooManyRequests", retryAfter: 3600));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets(Patient).GetAsync(Key, Cancel));

        error.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task GetAsync_NoAnswerInTime_IsTransient()
    {
        var time = new FakeTimeProvider();
        _server.Others.Enqueue(Answer.Hang());
        var reading = _server.Widgets(new ClientOptions { Retries = 0 }, time).GetAsync(Key, Cancel);

        await Wait.UntilAsync(() => reading.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(1)));

        var error = await Should.ThrowAsync<KubernetesApiException>(reading);
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("00:00:30");
    }

    [Fact]
    public async Task GetAsync_Cancelled_EndsAtOnce()
    {
        using var source = new CancellationTokenSource();
        _server.Others.Enqueue(Answer.Hang());
        var reading = _server.Widgets(Patient).GetAsync(Key, source.Token);
        await Wait.UntilAsync(() => !_server.Requests.IsEmpty);

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
    }

    [Fact]
    public async Task GetAsync_NothingListens_NamesTheServer()
    {
        using var connection = new KubernetesConnection(
            new k8s.KubernetesClientConfiguration { Host = "http://127.0.0.1:1" }, "test", new ClientOptions { Retries = 0 });
        var error = await Should.ThrowAsync<KubernetesApiException>(connection.Resources(Widget.Type).GetAsync(Key, Cancel));

        error.StatusCode.ShouldBeNull();
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("no answer from the Kubernetes API server http://127.0.0.1:1/: Connection refused");
    }

    [Fact]
    public async Task CreateAsync_ServerError_IsNotTriedAgain()
    {
        _server.Others.Enqueue(Answer.Error(500, "InternalError"));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets(Patient).CreateAsync(Widget.Create("a"), Cancel));

        error.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task CreateAsync_Throttled_IsTriedAgain()
    {
        _server.Others.Enqueue(Answer.Error(429, "TooManyRequests"));
        _server.Others.Enqueue(Answer.Json(201, Widget.Json("a", "7")));

        (await _server.Widgets(Patient).CreateAsync(Widget.Create("a"), Cancel)).Metadata.ResourceVersion.ShouldBe("7");
        _server.Requests.Last().Path.ShouldEndWith("/namespaces/default/widgets");
    }

    [Fact]
    public async Task ReplaceStatusAsync_Conflict_IsTold()
    {
        _server.Others.Enqueue(Answer.Error(409, "Conflict"));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().ReplaceStatusAsync(Widget.Create("a", "5"), Cancel));

        error.IsConflict.ShouldBeTrue();
        var request = _server.Requests.Single();
        (request.Method, request.Path).ShouldBe(("PUT", "/apis/test.example.com/v1/namespaces/default/widgets/a/status"));
        JsonNode.Parse(request.Body)!["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe("5");
    }

    [Fact]
    public async Task PatchAsync_Merge_HasItsMediaType()
    {
        _server.Others.Enqueue(Answer.Json(200, Widget.Json("a", "7")));

        await _server.Widgets().PatchAsync(Key, Patch.Merge(new JsonObject { ["spec"] = null }), Cancel);

        var request = _server.Requests.Single();
        (request.Method, request.MediaType, request.Body).ShouldBe(("PATCH", "application/merge-patch+json", """{"spec":null}"""));
    }

    public enum Call
    {
        Get,
        Create,
        ReplaceStatus,
        MergePatch,
        JsonPatch,
        Delete,
    }

    [Theory]
    [InlineData(Call.Get, 503, true)]
    [InlineData(Call.Get, 408, true)]
    [InlineData(Call.Get, 400, false)]
    [InlineData(Call.Get, 403, false)]
    [InlineData(Call.Get, 409, false)]
    [InlineData(Call.Get, 410, false)]
    [InlineData(Call.ReplaceStatus, 503, true)]
    [InlineData(Call.ReplaceStatus, 409, false)]
    [InlineData(Call.MergePatch, 500, true)]
    [InlineData(Call.Delete, 503, true)]
    // Not to be done twice: repeated only where it was throttled before anything was done.
    [InlineData(Call.Create, 503, false)]
    [InlineData(Call.JsonPatch, 503, false)]
    [InlineData(Call.Create, 429, true)]
    [InlineData(Call.JsonPatch, 429, true)]
    public async Task Send_FailsWithStatus_IsRepeatedWhereThatIsSafe(Call call, int code, bool isRepeated)
    {
        for (var i = 0; i < 3; i++) _server.Others.Enqueue(Answer.Error(code, "Any"));
        var client = _server.Widgets(Patient);
        var patch = new JsonObject { ["op"] = "remove", ["path"] = "/spec" };

        await Should.ThrowAsync<KubernetesApiException>(call switch
        {
            Call.Get => client.GetAsync(Key, Cancel),
            Call.Create => client.CreateAsync(Widget.Create("a"), Cancel),
            Call.ReplaceStatus => client.ReplaceStatusAsync(Widget.Create("a"), Cancel),
            Call.MergePatch => client.PatchStatusAsync(Key, Patch.Merge(new JsonObject()), Cancel),
            Call.JsonPatch => client.PatchAsync(Key, Patch.Operations(patch), Cancel),
            _ => client.DeleteAsync(Key, Cancel),
        });

        _server.Requests.Count.ShouldBe(isRepeated ? 3 : 1);
    }

    [Theory]
    [InlineData(30, 3)]
    [InlineData(31, 1)]
    public async Task GetAsync_RetryAfterOfThisLength_IsWaitedForUpToTheLongest(int seconds, int expectedRequests)
    {
        var time = new FakeTimeProvider();
        for (var i = 0; i < 3; i++) _server.Others.Enqueue(Answer.Error(503, "Busy", retryAfter: seconds));
        var reading = _server.Widgets(Patient with { RequestTimeout = TimeSpan.FromDays(1) }, time).GetAsync(Key, Cancel);

        await Wait.UntilAsync(() => reading.IsCompleted, () => time.Advance(TimeSpan.FromSeconds(5)));

        (await Should.ThrowAsync<KubernetesApiException>(reading)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
        _server.Requests.Count.ShouldBe(expectedRequests);
    }

    [Theory]
    [InlineData("""{"kind":"Status","reason":"Any","message":"m","details":{"name":"x","retryAfterSeconds":7}}""", 7)]
    [InlineData("""{"kind":"Status","reason":"Any","message":"m","details":{"name":"x","retryAfterSeconds":0}}""", null)]
    [InlineData("""{"kind":"Status","reason":"Any","message":"m","details":{"name":"x","retryAfterSeconds":-7}}""", null)]
    [InlineData("""{"kind":"Widget","details":{"retryAfterSeconds":7}}""", null)]
    [InlineData("<html>", null)]
    public async Task GetAsync_ErrorsBody_TellsTheWaitWhereItIsAStatus(string body, int? seconds)
    {
        _server.Others.Enqueue(Answer.Json(500, body));

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().GetAsync(Key, Cancel));

        error.RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
        error.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        if (!body.Contains("Status", StringComparison.Ordinal))
            error.Message.ShouldEndWith("the server gave no reason (500 InternalServerError).");
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(-7, -7)]
    public async Task GetAsync_RetryAfterIsADate_CountsFromNow(int seconds, int expected)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _server.Others.Enqueue(context =>
        {
            context.Response.Headers.RetryAfter = time.GetUtcNow().AddSeconds(seconds).ToString("R");
            return Answer.Json(503, "{}")(context);
        });

        var error = await Should.ThrowAsync<KubernetesApiException>(_server.Widgets(time: time).GetAsync(Key, Cancel));

        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(expected));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Send_NoAnswerInTime_IsRepeatedWhereThatIsSafe(bool isCreation, int expectedRequests)
    {
        var time = new FakeTimeProvider();
        for (var i = 0; i < 2; i++) _server.Others.Enqueue(Answer.Hang());
        var client = _server.Widgets(Patient with { Retries = 1 }, time);

        Task sending = isCreation ? client.CreateAsync(Widget.Create("a"), Cancel) : (Task)client.GetAsync(Key, Cancel);
        var seen = 0;
        // The time of an attempt passes only once the server has it; small steps are for the wait between two.
        await Wait.UntilAsync(
            () => sending.IsCompleted,
            () =>
            {
                var isNew = _server.Requests.Count > seen;
                seen = _server.Requests.Count;
                time.Advance(isNew ? Patient.RequestTimeout : TimeSpan.FromMilliseconds(10));
            });

        (await Should.ThrowAsync<KubernetesApiException>(sending)).IsTransient.ShouldBeTrue();
        _server.Requests.Count.ShouldBe(expectedRequests);
    }

    [Fact]
    public async Task GetAsync_UserAgentIsSet_IsWhatTheServerSees()
    {
        string? agent = null;
        _server.Others.Enqueue(context =>
        {
            agent = context.Request.Headers.UserAgent;
            return Answer.Json(200, Widget.Json("a", "7"))(context);
        });

        await _server.Widgets(new ClientOptions { UserAgent = "my-operator/1.2" }).GetAsync(Key, Cancel);

        agent.ShouldBe("my-operator/1.2");
    }

    [Theory]
    [InlineData("api.example", "api.example")]
    [InlineData(null, "127.0.0.1")]
    public async Task GetAsync_NameOfTheCertificateIsGiven_IsTheHostAskedFor(string? tlsServerName, string expected)
    {
        string? host = null;
        _server.Others.Enqueue(context =>
        {
            host = context.Request.Host.Host;
            return Answer.Json(200, Widget.Json("a", "7"))(context);
        });

        await _server.Widgets(tlsServerName: tlsServerName).GetAsync(Key, Cancel);

        host.ShouldBe(expected);
    }

    [Fact]
    public async Task DeleteAsync_TypeDoesNotExist_IsNoSuccess()
    {
        _server.Others.Enqueue(Answer.NoSuchPath());

        (await Should.ThrowAsync<KubernetesApiException>(_server.Widgets().DeleteAsync(Key, Cancel))).IsSchemaMissing.ShouldBeTrue();
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("body")]
    [InlineData("error's body")]
    public async Task GetAsync_CancelledWhileTheServerIsSilent_IsACancellationAndNotRepeated(string phase)
    {
        using var source = new CancellationTokenSource();
        var hanging = new TaskCompletionSource();
        _server.Others.Enqueue(async context =>
        {
            if (phase == "error's body") context.Response.StatusCode = 503;
            if (phase != "headers")
            {
                await context.Response.WriteAsync("{", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            hanging.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        var reading = _server.Widgets(Patient).GetAsync(Key, source.Token);
        await hanging.Task;

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_ServerAcceptsAndNeverSpeaks_IsNoAnswerAndNoCancellation()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var configuration = new k8s.KubernetesClientConfiguration
        {
            Host = $"https://{listener.LocalEndpoint}",
        };
        using var connection = new KubernetesConnection(
            configuration, "test", new ClientOptions { Retries = 0, ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await Should.ThrowAsync<KubernetesApiException>(connection.Resources(Widget.Type).GetAsync(Key, Cancel));

        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("no answer from the Kubernetes API server");
        error.Message.ShouldContain("ConnectTimeout");
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, false)]
    public async Task DeleteAsync_AnswerOfTheServer_TellsWhetherItWasThere(int code, bool existed)
    {
        _server.Others.Enqueue(Answer.Error(code, "Any"));

        (await _server.Widgets().DeleteAsync(Key, Cancel)).ShouldBe(existed);
    }
}
