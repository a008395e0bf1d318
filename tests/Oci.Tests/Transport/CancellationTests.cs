using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>Who ended a request is told by the tokens: the caller, the time allowed, or neither.</summary>
public sealed class CancellationTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryRetryOptions Retries = new(TimeSpan.FromDays(1), 3, TimeSpan.Zero);

    [Theory]
    [InlineData("headers")]
    [InlineData("body")]
    [InlineData("error's body")]
    [InlineData("token")]
    [InlineData("challenge's body")]
    public async Task Request_CallerCancelsWhileTheServerIsSilent_IsHisCancellationAndNotRepeated(string phase)
    {
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context => HangInAsync(context, phase, hanging));
        using var provider = TestClient.Provider();
        using var cancellation = new CancellationTokenSource();
        var request = provider.For(server.Url, retry: Retries).GetManifestAsync("latest", cancellation.Token);
        await hanging.Task;
        var sent = server.Requests.Count;

        await cancellation.CancelAsync();

        (await request.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(cancellation.Token);
        server.Requests.Count.ShouldBe(sent);
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("body")]
    [InlineData("token")]
    public async Task Request_ServerIsSilentForTheTimeAllowed_IsATimeoutWithoutAnyCancellation(string phase)
    {
        var clock = new FakeTimeProvider();
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context => HangInAsync(context, phase, hanging));
        using var provider = TestClient.Provider(clock);
        var request = provider.For(server.Url).GetManifestAsync("latest", None);
        await hanging.Task;

        clock.Advance(TimeSpan.FromSeconds(29.9));
        request.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        var error = await request.ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TimedOut);
        error.Message.ShouldContain("within 30 s");
        error.Advice.ShouldNotBeNull();
    }

    [Fact]
    public async Task Request_CallerCancelsWhileQueued_IsHisCancellation()
    {
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context => HangInAsync(context, "headers", hanging));
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var running = provider.For(server.Url).GetManifestAsync("latest", first.Token);
        await hanging.Task;
        var queued = provider.For(server.Url).GetManifestAsync("latest", second.Token);

        await second.CancelAsync();

        (await queued.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(second.Token);
        server.Requests.Count.ShouldBe(1);
        await first.CancelAsync();
        await running.ShouldThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Request_CallerHasCancelled_SendsNothing()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        using var provider = TestClient.Provider();

        await provider.For(server.Url).GetManifestAsync("latest", new CancellationToken(canceled: true)).ShouldThrowAsync<OperationCanceledException>();

        server.Requests.ShouldBeEmpty();
    }

    /// <summary>What a connection throws that is closed under a request.</summary>
    public static TheoryData<Exception> BrokenConnections { get; } = new()
    {
        new OperationCanceledException(),
        new TaskCanceledException("connect", new TimeoutException()),
        new IOException("broken pipe", new SocketException((int)SocketError.OperationAborted)),
        new HttpRequestException(HttpRequestError.ResponseEnded),
        new HttpIOException(HttpRequestError.ResponseEnded),
        new EndOfStreamException(),
    };

    [Theory]
    [MemberData(nameof(BrokenConnections))]
    public async Task Read_CallerHasCancelled_IsHisCancellationWhateverIsThrown(Exception thrown)
    {
        using var cancellation = new CancellationTokenSource();
        using var test = new ExecutorSandbox();

        var read = test.Executor.ExecuteAsync<int>(
            test.Request,
            async _ =>
            {
                await cancellation.CancelAsync();
                throw thrown;
            },
            cancellation.Token).AsTask();

        (await read.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(cancellation.Token);
    }

    [Theory]
    [MemberData(nameof(BrokenConnections))]
    public async Task Read_TimeHasPassed_IsATimeoutWhateverIsThrown(Exception thrown)
    {
        using var test = new ExecutorSandbox();

        var read = test.Executor.ExecuteAsync<int>(
            test.Request,
            _ =>
            {
                test.Clock.Advance(TimeSpan.FromSeconds(30));
                throw thrown;
            },
            None).AsTask();

        var error = await read.ShouldFailAsync();
        error.Kind.ShouldBe(RegistryErrorKind.TimedOut);
        error.Message.ShouldContain("no complete answer within 30 s");
    }

    [Theory]
    [MemberData(nameof(BrokenConnections))]
    public async Task Read_NobodyCancelled_IsNoCancellation(Exception thrown)
    {
        using var test = new ExecutorSandbox();
        using var cancellation = new CancellationTokenSource();

        var error = await test.Executor.ExecuteAsync<int>(test.Request, _ => throw thrown, cancellation.Token).AsTask().ShouldFailAsync();

        var isConnecting = thrown.InnerException is TimeoutException;
        error.Kind.ShouldBe(isConnecting ? RegistryErrorKind.TimedOut : RegistryErrorKind.Unreachable);
        error.Message.ShouldNotContain("complete answer within");
        error.InnerException.ShouldBe(thrown);
    }

    [Fact]
    public async Task Read_FaultOfAnotherKind_IsThrownAsItIsAndGivesThePermitBack()
    {
        using var test = new ExecutorSandbox();

        for (var i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<InvalidTimeZoneException>(() =>
                test.Executor.ExecuteAsync<int>(test.Request, _ => throw new InvalidTimeZoneException(), None).AsTask());
        }

        (await test.Executor.ExecuteAsync(test.Request, _ => new ValueTask<int>(7), None)).ShouldBe(7);
    }

    [Fact]
    public async Task Start_ConnectionsAreClosed_GivesThePermitBack()
    {
        using var test = new ExecutorSandbox();
        test.CloseConnections();

        // One permit: the second would wait for ever.
        for (var i = 0; i < 2; i++)
        {
            var request = test.Executor.ExecuteAsync(test.Request, _ => new ValueTask<int>(7), None).AsTask();
            await request.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken)
                .ShouldThrowAsync<ObjectDisposedException>();
        }
    }

    [Fact]
    public void From_ExceptionOfNoConnection_MeansNothing()
    {
        TransportFailure.From(new InvalidOperationException(), new Uri("https://r.example"), null, isRegistry: true).ShouldBeNull();
        TransportFailure.From(new InvalidOperationException(), new Uri("https://r.example"), TimeSpan.FromSeconds(1), isRegistry: true).ShouldBeNull();
    }

    [Fact]
    public void Deadline_Restarted_CountsAnewAndOnItsOwnClock()
    {
        var clock = new FakeTimeProvider();
        using var deadline = new Deadline(TimeSpan.FromSeconds(30), clock, None);

        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(29));
            deadline.Restart();
        }

        deadline.Token.IsCancellationRequested.ShouldBeFalse();
        deadline.Exceeded().ShouldBeNull();
        clock.Advance(TimeSpan.FromSeconds(30));
        deadline.Token.IsCancellationRequested.ShouldBeTrue();
        deadline.Exceeded().ShouldBe(TimeSpan.FromSeconds(30));
        deadline.Restart();
        deadline.Token.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Deadline_CallerCancels_IsToldApartFromTheTime()
    {
        using var cancellation = new CancellationTokenSource();
        using var deadline = new Deadline(TimeSpan.FromSeconds(30), new FakeTimeProvider(), cancellation.Token);

        await cancellation.CancelAsync();

        deadline.Token.IsCancellationRequested.ShouldBeTrue();
        Should.Throw<OperationCanceledException>(() => deadline.Exceeded()).CancellationToken.ShouldBe(cancellation.Token);
    }

    [Fact]
    public async Task Deadline_Disposed_IsCancelledByNothingMore()
    {
        var clock = new FakeTimeProvider();
        using var cancellation = new CancellationTokenSource();
        var deadline = new Deadline(TimeSpan.FromSeconds(30), clock, cancellation.Token);
        deadline.Dispose();

        deadline.Restart();
        clock.Advance(TimeSpan.FromMinutes(1));
        await cancellation.CancelAsync();

        deadline.Token.IsCancellationRequested.ShouldBeFalse();
    }

    private static Task HangInAsync(HttpContext context, string phase, TaskCompletionSource hanging)
    {
        var isToken = context.Request.Path == "/token";
        switch (phase)
        {
            case "token" when !isToken:
                return Answers.RefuseAsync(context, Answers.TokenChallenge(context));
            case "challenge's body":
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
                return BodyAsync(401);
            case "error's body":
                return BodyAsync(404);
            case "body":
                context.Response.ContentType = MediaTypes.OciManifest;
                return BodyAsync(200);
            default:
                hanging.TrySetResult();
                return Answers.HangAsync(context);
        }

        async Task BodyAsync(int status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = Answers.Manifest.Length;
            await context.Response.Body.FlushAsync();
            hanging.TrySetResult();
            await Answers.HangAsync(context);
        }
    }
}
