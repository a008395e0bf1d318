using System.Net;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class HostBudgetTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StepClock _clock = new();

    [Fact]
    public async Task AcquireAsync_AllPermitsTaken_WaitsForOneToComeBack()
    {
        var budget = Budget(2, _clock);
        await budget.AcquireAsync(None);
        await budget.AcquireAsync(None);

        var third = budget.AcquireAsync(None).AsTask();
        third.IsCompleted.ShouldBeFalse();
        budget.Release();

        await third;
    }

    [Fact]
    public async Task AcquireAsync_HostPaused_WaitsAndIsCancellable()
    {
        var budget = Budget(2, _clock);
        using var cancellation = new CancellationTokenSource();
        budget.Pause(TimeSpan.FromSeconds(30));
        budget.Pause(TimeSpan.FromSeconds(10));

        var patient = budget.AcquireAsync(None).AsTask();
        var impatient = budget.AcquireAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await impatient.ShouldThrowAsync<OperationCanceledException>();

        _clock.Advance(TimeSpan.FromSeconds(29));
        patient.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await patient;
    }

    [Fact]
    public async Task AcquireAsync_PauseLongerThanTheLongest_FailsAtOnce()
    {
        var budget = Budget(2, _clock);
        budget.Pause(TimeSpan.FromMinutes(3));

        (await budget.AcquireAsync(None).AsTask().ShouldThrowAsync<HostPausedException>()).Remaining.ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task AcquireAsync_PauseAsLongAsTheLongest_IsWaitedFor()
    {
        var budget = Budget(2, _clock);
        budget.Pause(TimeSpan.FromMinutes(2));

        var acquired = budget.AcquireAsync(None).AsTask();
        acquired.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(2));

        await acquired;
    }

    [Fact]
    public async Task AcquireAsync_PauseBeginsWhileQueued_WaitsForItsEndWithoutAPermit()
    {
        var budget = Budget(1, _clock);
        await budget.AcquireAsync(None);
        var queued = budget.AcquireAsync(None).AsTask();

        budget.Pause(TimeSpan.FromSeconds(30));
        budget.Release();
        _clock.Advance(TimeSpan.FromSeconds(29));
        queued.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await queued;

        // One permit, and not more for having waited twice.
        var next = budget.AcquireAsync(None).AsTask();
        next.IsCompleted.ShouldBeFalse();
        budget.Release();
        await next;
    }

    [Fact]
    public async Task AcquireAsync_LongPauseBeginsWhileQueued_FailsAndGivesThePermitBack()
    {
        var budget = Budget(1, _clock);
        await budget.AcquireAsync(None);
        var queued = budget.AcquireAsync(None).AsTask();

        budget.Pause(TimeSpan.FromMinutes(30));
        budget.Release();

        await queued.ShouldThrowAsync<HostPausedException>();
        _clock.Advance(TimeSpan.FromMinutes(30));
        budget.AcquireAsync(None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task AcquireAsync_CancelledWhileQueued_TakesNoPermit()
    {
        var budget = Budget(1, _clock);
        using var cancellation = new CancellationTokenSource();
        await budget.AcquireAsync(None);
        var queued = budget.AcquireAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        await queued.ShouldThrowAsync<OperationCanceledException>();
        budget.Release();

        budget.AcquireAsync(None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(3600, 3600)]
    [InlineData(3601, 3600)]
    [InlineData(1.7e9, 3600)]
    [InlineData(9e11, 3600)]
    public async Task Pause_OfThisLength_IsNeverLongerThanTheBound(double seconds, int expected)
    {
        var budget = Budget(1, _clock);

        budget.Pause(TimeSpan.FromSeconds(seconds));

        var acquired = budget.AcquireAsync(None).AsTask();
        if (expected == 0) await acquired;
        else (await acquired.ShouldThrowAsync<HostPausedException>()).Remaining.TotalSeconds.ShouldBe(expected);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public async Task Pause_WallClockIsCorrected_LastsAsLongAsAskedFor(int days)
    {
        var clock = new SkewedClock();
        var budget = Budget(1, clock);
        budget.Pause(TimeSpan.FromSeconds(30));

        clock.Skew = TimeSpan.FromDays(days);
        var acquired = budget.AcquireAsync(None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(29));
        acquired.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        await acquired;
    }

    [Theory]
    // What is left is less than what is under way.
    [InlineData(2, "1", "30", 30)]
    [InlineData(2, "2", "30", 0)]
    [InlineData(1, "0", "30", 30)]
    // A long wait fails requests: only where nothing at all is left.
    [InlineData(2, "1", "120", 120)]
    [InlineData(2, "1", "121", 0)]
    [InlineData(2, "0", "121", 121)]
    [InlineData(2, "0", null, 0)]
    public async Task Observe_SoMuchLeftWithSoManyUnderWay_PausesTheHost(int underWay, string remaining, string? reset, int expectedSeconds)
    {
        var budget = Budget(3, _clock);
        for (var i = 0; i < underWay; i++) await budget.AcquireAsync(None);
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit-Remaining", remaining);
        if (reset is not null) response.Headers.TryAddWithoutValidation("RateLimit-Reset", reset);

        budget.Observe(RateLimit.Read(response.Headers.NonValidated, _clock.GetUtcNow()).ShouldNotBeNull());

        var acquired = budget.AcquireAsync(None).AsTask();
        if (expectedSeconds > 120)
        {
            (await acquired.ShouldThrowAsync<HostPausedException>()).Remaining.TotalSeconds.ShouldBe(expectedSeconds);
            return;
        }

        if (expectedSeconds > 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(expectedSeconds - 1));
            acquired.IsCompleted.ShouldBeFalse();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await acquired;
    }

    [Theory]
    [InlineData("0", "30", 30)]
    [InlineData("1", "30", 0)]
    [InlineData("0", null, 0)]
    public async Task Request_RateLimitUsedUp_MakesTheNextWaitForTheReset(string remaining, string? reset, int expectedSeconds)
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            times.Add(_clock.GetUtcNow());
            context.Response.Headers["RateLimit-Remaining"] = remaining;
            if (reset is not null) context.Response.Headers["RateLimit-Reset"] = reset;
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        await provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None);
        // The permit of the first request is back before the second starts.
        var second = provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None);
        await _clock.RunAsync(second);

        (times[1] - times[0]).TotalSeconds.ShouldBe(expectedSeconds);
    }

    [Fact]
    public async Task Request_RateLimitUsedUpForLong_FailsWithoutAskingTheRegistry()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["RateLimit-Remaining"] = "0";
            context.Response.Headers["RateLimit-Reset"] = "3600";
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(server.Url, retry: TestClient.PatientRetries);
        await client.GetManifestAsync("latest", None);

        var error = await client.GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.RateLimited);
        error.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AcquireAsync_LongPauseIsOver_LetsOneRequestAskFirst()
    {
        var budget = Budget(3, _clock);
        budget.Pause(TimeSpan.FromHours(5));
        _clock.Advance(TimeSpan.FromHours(1));

        await budget.AcquireAsync(None);
        var second = budget.AcquireAsync(None).AsTask();
        var third = budget.AcquireAsync(None).AsTask();
        second.IsCompleted.ShouldBeFalse();
        budget.Release();

        await second;
        await third;
    }

    [Fact]
    public async Task AcquireAsync_FirstAfterALongPauseIsThrottledAgain_HoldsTheOthersBack()
    {
        var budget = Budget(3, _clock);
        budget.Pause(TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(1));

        await budget.AcquireAsync(None);
        var second = budget.AcquireAsync(None).AsTask();
        budget.Pause(TimeSpan.FromMinutes(30));
        budget.Release();

        (await second.ShouldThrowAsync<HostPausedException>()).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task AcquireAsync_ShortPauseIsOver_LetsAllRequestsGo()
    {
        var budget = Budget(2, _clock);
        budget.Pause(TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(30));

        await budget.AcquireAsync(None);
        await budget.AcquireAsync(None);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("Thu, 01 Jan 2026 00:00:07 GMT")]
    public async Task Request_Throttled_ComesBackAfterTheTimeAskedFor(string retryAfter)
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context => ThrottleFirstAsync(context, times, retryAfter));
        using var provider = TestClient.Provider(_clock);

        await _clock.RunAsync(provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None));

        times.Count.ShouldBe(2);
        (times[1] - times[0]).TotalSeconds.ShouldBe(7);
    }

    [Fact]
    public async Task Request_AnotherClientWasThrottled_WaitsToo()
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context => ThrottleFirstAsync(context, times, "7"));
        using var provider = TestClient.Provider(_clock);
        var error = await provider.For(server.Url, retry: TestClient.PatientWithoutRetries).GetManifestAsync("latest", None).ShouldFailAsync();
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));

        await _clock.RunAsync(provider.For(server.Url, retry: TestClient.PatientRetries, repository: "other").GetManifestAsync("latest", None));

        (times[1] - times[0]).TotalSeconds.ShouldBe(7);
    }

    [Fact]
    public async Task Request_ThrottledForLong_FailsWithTheTimeToWait()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "600";
            return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "slow down");
        });
        using var provider = TestClient.Provider(_clock);

        var error = await provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None).ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.RateLimited);
        error.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        error.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("1767225605")]
    [InlineData("1767225605000")]
    public async Task Request_ThrottledUntilAUnixTime_ComesBackThen(string retryAfter)
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context => ThrottleFirstAsync(context, times, retryAfter));
        using var provider = TestClient.Provider(_clock);

        await _clock.RunAsync(provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None));

        (times[1] - times[0]).TotalSeconds.ShouldBe(5);
    }

    [Theory]
    [InlineData("999999999", 3600)]
    [InlineData("4000000000", 3600)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    public async Task Request_ThrottledByAnOddDelay_SilencesTheHostForTheBoundAtMost(string retryAfter, int? expectedSeconds)
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context => ThrottleFirstAsync(context, times, retryAfter));
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(server.Url, retry: TestClient.PatientWithoutRetries);

        var error = await client.GetManifestAsync("latest", None).ShouldFailAsync();
        error.RetryAfter?.TotalSeconds.ShouldBe(expectedSeconds!.Value);
        (error.RetryAfter is null).ShouldBe(expectedSeconds is null);
        _clock.Advance(TimeSpan.FromHours(1));

        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
        times.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Request_ThrottledWithoutRetryAfter_TellsTheResetOfTheRateLimit()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["RateLimit-Remaining"] = "0";
            context.Response.Headers["RateLimit-Reset"] = "600";
            return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "slow down");
        });
        using var provider = TestClient.Provider(_clock);

        var error = await provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None).ShouldFailAsync();

        error.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Request_ServerErrorWithRetryAfter_KeepsNoOtherRequestWaiting()
    {
        var answers = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref answers) > 1) return Answers.ManifestAsync(context);
            context.Response.Headers.RetryAfter = "600";
            context.Response.Headers["RateLimit-Remaining"] = "7";
            context.Response.Headers["RateLimit-Reset"] = "60";
            return Answers.ErrorAsync(context, 503, "X", "busy");
        });
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(server.Url, retry: TestClient.PatientRetries);

        // Longer than the longest wait: told at once.
        (await client.GetManifestAsync("latest", None).ShouldFailAsync()).RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));

        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task Request_ServerErrorWithRetryAfter_IsRepeatedThenAndNotEarlier()
    {
        var times = new List<DateTimeOffset>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            times.Add(_clock.GetUtcNow());
            if (times.Count > 1) return Answers.ManifestAsync(context);
            context.Response.Headers.RetryAfter = "90";
            return Answers.ErrorAsync(context, 503, "X", "busy");
        });
        using var provider = TestClient.Provider(_clock);

        await _clock.RunAsync(provider.For(server.Url, retry: TestClient.PatientRetries).GetManifestAsync("latest", None));

        (times[1] - times[0]).TotalSeconds.ShouldBe(90);
    }

    [Fact]
    public async Task Request_StorageIsThrottled_KeepsTheRegistryFree()
    {
        await using var storage = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "600";
            context.Response.Headers["RateLimit-Remaining"] = "0";
            context.Response.Headers["RateLimit-Reset"] = "600";
            return Answers.JsonAsync(context, "", 429);
        });
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Path.Value!.EndsWith("/latest", StringComparison.Ordinal)) return Answers.ManifestAsync(context);
            context.Response.Redirect(new Uri(storage.Url, "x").AbsoluteUri);
            return Task.CompletedTask;
        });
        using var provider = TestClient.Provider(_clock, options: TestClient.Linked);
        var client = provider.For(server.Url, retry: TestClient.PatientWithoutRetries);

        (await client.GetManifestAsync("moved", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.RateLimited);

        (await client.GetManifestAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    private Task ThrottleFirstAsync(HttpContext context, List<DateTimeOffset> times, string retryAfter)
    {
        times.Add(_clock.GetUtcNow());
        if (times.Count > 1) return Answers.ManifestAsync(context);
        context.Response.Headers.RetryAfter = retryAfter;
        return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "slow down");
    }

    private static HostBudget Budget(int concurrency, TimeProvider clock) =>
        new(concurrency, TimeSpan.FromMinutes(2), clock, new SemaphoreSlim(concurrency, concurrency));
}
