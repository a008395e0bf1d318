using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class RetryTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RegistryRetryOptions Quick = new(TimeSpan.FromSeconds(30), 3, TimeSpan.FromMilliseconds(1));

    [Theory]
    [InlineData(500, 4)]
    [InlineData(502, 4)]
    [InlineData(503, 4)]
    [InlineData(504, 4)]
    [InlineData(429, 4)]
    [InlineData(501, 1)]
    [InlineData(507, 1)]
    [InlineData(400, 1)]
    [InlineData(403, 1)]
    [InlineData(404, 1)]
    [InlineData(410, 1)]
    public async Task Request_FailsWithStatus_IsRetriedOnlyWhereItMayPass(int status, int expectedRequests)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, status, "X", "x"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, retry: Quick).GetManifestAsync("latest", None).ShouldFailAsync();

        error.StatusCode.ShouldBe((HttpStatusCode)status);
        server.Requests.Count.ShouldBe(expectedRequests);
    }

    [Fact]
    public async Task Request_FailsTwice_SucceedsWithTheThird()
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context =>
            Interlocked.Increment(ref requests) < 3 ? Answers.ErrorAsync(context, 503, "X", "x") : Answers.ManifestAsync(context));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, retry: Quick).GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Theory]
    [InlineData("announced")]
    [InlineData("chunked")]
    [InlineData("before the headers")]
    public async Task Request_ConnectionBreaks_IsRetriedAsUnreachable(string how)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (how == "announced") context.Response.ContentLength = Answers.Manifest.Length;
            if (how != "before the headers")
            {
                context.Response.ContentType = MediaTypes.OciManifest;
                await context.Response.Body.WriteAsync(Answers.Manifest.AsMemory(0, 20));
                await context.Response.Body.FlushAsync();
            }

            context.Abort();
        });
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url, retry: Quick).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        error.IsTransient.ShouldBeTrue();
        server.Requests.Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_RegistryHangs_TimesOut(bool afterTheHeaders)
    {
        var clock = new FakeTimeProvider();
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context => HangAsync(context, afterTheHeaders, hanging));
        using var provider = TestClient.Provider(clock);

        var request = provider.For(server.Url).GetManifestAsync("latest", None);
        await hanging.Task;
        clock.Advance(TimeSpan.FromSeconds(29));
        request.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        var error = await request.ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.TimedOut);
        error.Message.ShouldContain("no complete answer within 30 s");
    }

    [Fact]
    public async Task Request_CallerCancels_EndsAtOnceAsCancelled()
    {
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context => HangAsync(context, afterTheHeaders: true, hanging));
        using var provider = TestClient.Provider();
        using var cancellation = new CancellationTokenSource();

        var request = provider.For(server.Url, retry: Quick).GetManifestAsync("latest", cancellation.Token);
        await hanging.Task;
        await cancellation.CancelAsync();

        (await request.ShouldThrowAsync<OperationCanceledException>()).CancellationToken.ShouldBe(cancellation.Token);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Request_CallerCancelsWhileWaitingToRetry_EndsAtOnce()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 503, "X", "x"));
        using var provider = TestClient.Provider(new FakeTimeProvider());
        using var cancellation = new CancellationTokenSource();

        var request = provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", cancellation.Token);
        await Wait.UntilAsync(() => server.Requests.Count == 1);
        await cancellation.CancelAsync();

        await request.ShouldThrowAsync<OperationCanceledException>();
    }

    private static async Task HangAsync(HttpContext context, bool afterTheHeaders, TaskCompletionSource hanging)
    {
        if (afterTheHeaders)
        {
            context.Response.ContentLength = Answers.Manifest.Length;
            await context.Response.Body.FlushAsync();
        }

        hanging.TrySetResult();
        await Answers.HangAsync(context);
    }
}
