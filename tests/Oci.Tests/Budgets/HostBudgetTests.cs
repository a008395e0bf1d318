using System.Net;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Budgets;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Budgets;

public sealed class HostBudgetTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StepClock _clock = new();

    [Fact]
    public async Task AcquireAsync_AllPermitsTaken_WaitsForOneToComeBack()
    {
        using var budget = new HostBudget(2, TimeSpan.FromMinutes(2), _clock);
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
        using var budget = new HostBudget(2, TimeSpan.FromMinutes(2), _clock);
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
        using var budget = new HostBudget(2, TimeSpan.FromMinutes(2), _clock);
        budget.Pause(TimeSpan.FromMinutes(3));

        (await budget.AcquireAsync(None).AsTask().ShouldThrowAsync<HostPausedException>()).Remaining.ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Theory]
    [InlineData("0", "30", 30)]
    [InlineData("1", "30", 0)]
    [InlineData("0;w=21600", null, 0)]
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

    private Task ThrottleFirstAsync(HttpContext context, List<DateTimeOffset> times, string retryAfter)
    {
        times.Add(_clock.GetUtcNow());
        if (times.Count > 1) return Answers.ManifestAsync(context);
        context.Response.Headers.RetryAfter = retryAfter;
        return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "slow down");
    }
}
