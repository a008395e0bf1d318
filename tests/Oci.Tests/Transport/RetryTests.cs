using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

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

    public static TheoryData<RegistryErrorKind, HttpStatusCode?, int?, bool> Failures { get; } = new()
    {
        { RegistryErrorKind.Unreachable, null, null, true },
        { RegistryErrorKind.TimedOut, null, null, true },
        { RegistryErrorKind.RateLimited, HttpStatusCode.TooManyRequests, null, true },
        { RegistryErrorKind.RateLimited, HttpStatusCode.TooManyRequests, 0, true },
        { RegistryErrorKind.RateLimited, HttpStatusCode.TooManyRequests, 120, true },
        { RegistryErrorKind.RateLimited, HttpStatusCode.TooManyRequests, 121, false },
        { RegistryErrorKind.RateLimited, null, 121, false },
        { RegistryErrorKind.ServerError, HttpStatusCode.InternalServerError, null, true },
        { RegistryErrorKind.ServerError, HttpStatusCode.BadGateway, null, true },
        { RegistryErrorKind.ServerError, HttpStatusCode.ServiceUnavailable, 120, true },
        { RegistryErrorKind.ServerError, HttpStatusCode.ServiceUnavailable, 121, false },
        { RegistryErrorKind.ServerError, HttpStatusCode.GatewayTimeout, null, true },
        { RegistryErrorKind.ServerError, HttpStatusCode.NotImplemented, null, false },
        { RegistryErrorKind.ServerError, HttpStatusCode.HttpVersionNotSupported, null, false },
        { RegistryErrorKind.ServerError, null, null, false },
        { RegistryErrorKind.TlsFailure, null, null, false },
        { RegistryErrorKind.Unauthorized, HttpStatusCode.Unauthorized, null, false },
        { RegistryErrorKind.Denied, HttpStatusCode.Forbidden, null, false },
        { RegistryErrorKind.NotFound, HttpStatusCode.NotFound, null, false },
        { RegistryErrorKind.TooLarge, null, null, false },
        { RegistryErrorKind.DigestMismatch, null, null, false },
        { RegistryErrorKind.InvalidResponse, HttpStatusCode.OK, null, false },
        { RegistryErrorKind.Unsupported, null, null, false },
        { RegistryErrorKind.InvalidRequest, HttpStatusCode.BadRequest, null, false },
        { RegistryErrorKind.Other, null, null, false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void IsWorthRetrying_Failure_WhereItMayPassByItself(RegistryErrorKind kind, HttpStatusCode? status, int? retryAfter, bool expected)
    {
        var error = new RegistryException(kind, "x") { StatusCode = status, RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

        RetryPipeline.IsWorthRetrying(error, TimeSpan.FromMinutes(2)).ShouldBe(expected);
    }

    [Fact]
    public void IsWorthRetrying_NoFailureOfTheRegistry_Never()
    {
        RetryPipeline.IsWorthRetrying(null, TimeSpan.FromMinutes(2)).ShouldBeFalse();
        RetryPipeline.IsWorthRetrying(new IOException(), TimeSpan.FromMinutes(2)).ShouldBeFalse();
        RetryPipeline.IsWorthRetrying(new OperationCanceledException(), TimeSpan.FromMinutes(2)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    public async Task Request_FailsForGood_IsSentOnceMoreForEachRetry(int retries, int expected)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 503, "X", "x"));
        using var provider = TestClient.Provider();
        var options = new RegistryRetryOptions(TimeSpan.FromSeconds(30), retries, TimeSpan.FromMilliseconds(1));

        await provider.For(server.Url, retry: options).GetManifestAsync("latest", None).ShouldFailAsync();

        server.Requests.Count.ShouldBe(expected);
    }

    [Fact]
    public async Task Request_FailsAgainAndAgain_WaitsLongerEachTimeUpToTheLongestPause()
    {
        var clock = new StepClock();
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            times.Add(clock.GetUtcNow());
            return Answers.ErrorAsync(context, 503, "X", "x");
        });
        using var provider = TestClient.Provider(clock);
        var options = new RegistryRetryOptions(TimeSpan.FromDays(1), 12, TimeSpan.FromSeconds(1));

        var request = provider.For(server.Url, retry: options).GetManifestAsync("latest", None);
        await clock.RunAsync(Task.WhenAny(request));
        await request.ShouldFailAsync();

        var waits = times.Zip(times.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToList();
        waits.Count.ShouldBe(12);
        waits.ShouldAllBe(wait => wait > 0 && wait <= 120);
        // Jitter may make any one wait short, but not all of them.
        waits[0].ShouldBeLessThan(10);
        waits.Max().ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Request_ManyFailTogether_AreNotRepeatedTogether()
    {
        var waits = new HashSet<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var clock = new StepClock();
            var times = new List<DateTimeOffset>();
            await using var server = await FaultServer.StartAsync(context =>
            {
                times.Add(clock.GetUtcNow());
                return times.Count == 1 ? Answers.ErrorAsync(context, 503, "X", "x") : Answers.ManifestAsync(context);
            });
            using var provider = TestClient.Provider(clock);
            await clock.RunAsync(provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None));
            waits.Add(times[1] - times[0]);
        }

        waits.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Request_Repeated_TellsWhyAtDebugLevel()
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context =>
            Interlocked.Increment(ref requests) == 1 ? Answers.ErrorAsync(context, 503, "BUSY", "later") : Answers.ManifestAsync(context));
        var log = new RecordingLoggerFactory();
        using var provider = new OciRegistryClientProvider(OciClientOptions.Default, TimeProvider.System, log);

        await provider.For(server.Url, retry: Quick).GetManifestAsync("latest", None);

        var (level, text) = log.Entries.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Debug);
        text.ShouldStartWith("Retry 1 in ");
        text.ShouldContain("(BUSY: later)");
    }

    [Theory]
    [InlineData("success")]
    [InlineData("error")]
    [InlineData("invalid")]
    [InlineData("hangs up")]
    [InlineData("redirect")]
    [InlineData("too large")]
    public async Task Request_EndsInAnyWay_GivesItsPermitBack(string how)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            switch (how)
            {
                case "error": return Answers.ErrorAsync(context, 503, "X", "x");
                case "invalid": return Answers.JsonAsync(context, "<html>", contentType: "text/html");
                case "too large": return Answers.BytesAsync(context, new byte[5_000_000], "x/y");
                case "redirect":
                    context.Response.Redirect("ftp://x");
                    return Task.CompletedTask;
                case "hangs up":
                    context.Abort();
                    return Task.CompletedTask;
                default: return Answers.ManifestAsync(context);
            }
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });
        var client = provider.For(server.Url);

        for (var i = 0; i < 3; i++)
        {
            var request = client.GetManifestAsync("latest", None);
            if (how == "success") await request.SoonAsync();
            else await request.ShouldFailAsync();
        }
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
