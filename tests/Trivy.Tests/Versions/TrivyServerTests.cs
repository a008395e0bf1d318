using System.Net;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Plugins.Trivy.Versions;

namespace RegistryOperator.Trivy.Tests.Versions;

public sealed class TrivyServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.OK, """{"Version":"0.68.2","VulnerabilityDB":{"UpdatedAt":"2026-11-24T06:33:51.46206689Z"}}""", null)]
    [InlineData(HttpStatusCode.OK, "<html>", "answers something else than a Trivy server's version")]
    [InlineData(HttpStatusCode.OK, "{}", "does not tell its version")]
    [InlineData(HttpStatusCode.NotFound, "", "answers 404 instead of its version")]
    public async Task Read_Server_TellsItsVersionsOrWhyNot(HttpStatusCode status, string content, string? reason)
    {
        using var server = new TrivyServer(new Uri("http://trivy:4954/"), TimeProvider.System, new Answer(status, content));

        var (version, why) = await server.ReadAsync(Stop);

        (version?.Version).ShouldBe(reason is null ? "0.68.2" : null);
        (version?.Database?.Version).ShouldBe(reason is null ? "2026-11-24T06:33:51.4620668Z" : null);
        why.ShouldBe(reason is null
            ? null
            : $"The Trivy server {reason}: http://trivy:4954/version is asked, from Plugins:Trivy:Server. Start `trivy server`, or correct the URL.");
    }

    [Fact]
    public async Task Read_ServerAskedOften_AsksAgainOnlyAfterSomeSeconds()
    {
        var time = new FakeTimeProvider();
        var answer = new Answer(HttpStatusCode.OK, """{"Version":"0.68.2"}""");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, answer);

        await server.ReadAsync(Stop);
        await server.ReadAsync(Stop);
        var before = answer.Count;
        time.Advance(TimeSpan.FromSeconds(6));
        await server.ReadAsync(Stop);

        (before, answer.Count).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData(4.9, 1)]
    [InlineData(5, 2)]
    public async Task Read_Server_AnAnswerIsUsedForFiveSeconds(double seconds, int asked)
    {
        var time = new FakeTimeProvider();
        var answer = new Answer(HttpStatusCode.InternalServerError, "");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, answer);

        var first = await server.ReadAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(seconds));
        var second = await server.ReadAsync(Stop);

        answer.Count.ShouldBe(asked);
        second.ShouldBe(first);
    }

    [Theory]
    [InlineData("http://trivy:4954", "http://trivy:4954/version")]
    [InlineData("http://trivy:4954/", "http://trivy:4954/version")]
    [InlineData("https://host.example/trivy/?token=x#y", "https://host.example/trivy/version")]
    public async Task Read_Server_IsAskedBelowItsPathWithoutQuery(string url, string asked)
    {
        var answer = new Answer(HttpStatusCode.OK, "{}");
        using var server = new TrivyServer(new Uri(url), TimeProvider.System, answer);

        await server.ReadAsync(Stop);

        answer.Last!.RequestUri!.AbsoluteUri.ShouldBe(asked);
        answer.Last.Method.ShouldBe(HttpMethod.Get);
        answer.Last.Headers.ShouldBeEmpty("it tells its version to everyone");
    }

    [Fact]
    public async Task Read_ServerThatIsSilent_IsGivenUpAfterFiveSeconds()
    {
        var time = new FakeTimeProvider();
        using var handler = new Hanging();
        using var server = new TrivyServer(new Uri("http://trivy:4954"), time, handler);

        var reading = server.ReadAsync(Stop);
        await handler.Asked.Task;
        time.Advance(TimeSpan.FromSeconds(4.9));
        reading.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await reading.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop)).Reason.ShouldNotBeNull()
            .ShouldStartWith("The Trivy server does not answer within 5 seconds: http://trivy:4954/version is asked");
    }

    public static TheoryData<Exception> WhatCancelledRequestsThrow =>
        [new OperationCanceledException(), new HttpRequestException("aborted"), new IOException("aborted")];

    [Theory]
    [MemberData(nameof(WhatCancelledRequestsThrow))]
    public async Task Read_Cancelled_IsACancellationWhateverIsThrownAndNotRemembered(Exception thrown)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var handler = new Failing(() =>
        {
            cancel.Cancel();
            return thrown;
        });
        using var server = new TrivyServer(new Uri("http://trivy:4954"), new FakeTimeProvider(), handler);

        await Should.ThrowAsync<OperationCanceledException>(() => server.ReadAsync(cancel.Token));
        handler.Throws = false;

        (await server.ReadAsync(Stop)).Version!.Version.ShouldBe("0.68.2");
    }

    [Theory]
    [MemberData(nameof(WhatCancelledRequestsThrow))]
    public async Task Read_ServerFailsByItself_IsAReason(Exception thrown)
    {
        using var handler = new Failing(() => thrown);
        using var server = new TrivyServer(new Uri("http://trivy:4954"), new FakeTimeProvider(), handler);

        var reason = (await server.ReadAsync(Stop)).Reason.ShouldNotBeNull();

        reason.ShouldNotContain("5 seconds");
        if (thrown is HttpRequestException) reason.ShouldStartWith("The Trivy server cannot be reached (aborted): ");
    }

    [Fact]
    public async Task Read_ServerAnswersWithoutEnd_IsNotReadToItsEnd()
    {
        var answer = new Answer(HttpStatusCode.OK, """{"Version":"0.68.2","a":" """ + new string(' ', 70_000) + "\"}");
        using var server = new TrivyServer(new Uri("http://trivy:4954"), TimeProvider.System, answer);

        (await server.ReadAsync(Stop)).Version.ShouldBeNull();
    }

    private sealed class Answer(HttpStatusCode status, string content) : HttpMessageHandler
    {
        public int Count { get; private set; }

        public HttpRequestMessage? Last { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            Last = request;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(content, System.Text.Encoding.UTF8, "application/json") });
        }
    }

    private sealed class Hanging : HttpMessageHandler
    {
        public TaskCompletionSource Asked { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("It never comes to this.");
        }
    }

    private sealed class Failing(Func<Exception> exception) : HttpMessageHandler
    {
        public bool Throws { get; set; } = true;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Throws ? throw exception() : Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"Version":"0.68.2"}""") });
    }
}
