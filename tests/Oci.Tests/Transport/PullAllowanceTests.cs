using CsCheck;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Tests.Support;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>Registries that allow a number of manifests in some hours, and say how many are left.</summary>
public sealed class PullAllowanceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StepClock _clock = new();

    [Theory]
    [InlineData("76;w=21600", "100;w=21600", 76, 100, 21600)]
    [InlineData("76", "100;w=21600", 76, 100, 21600)]
    [InlineData(" 76 ; w=21600", null, 76, null, 21600)]
    [InlineData("76;W=60", "100", 76, 100, 60)]
    [InlineData("76, 76;w=1;burst=10", null, 76, null, 1)]
    [InlineData("76;w=99999999999999", "x", 76, null, 2678400)]
    [InlineData("76;w=0", null, 76, null, null)]
    [InlineData("76;w=-1", null, 76, null, null)]
    [InlineData("76;w=", "100", 76, 100, null)]
    public void Read_Headers_GiveWhatIsLeftOfWhatInWhichTime(string remaining, string? limit, int left, int? of, int? seconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("ratelimit-remaining", remaining);
        if (limit is not null) response.Headers.TryAddWithoutValidation("ratelimit-limit", limit);

        var read = RateLimit.Read(response.Headers.NonValidated, _clock.GetUtcNow()).ShouldNotBeNull();

        read.Remaining.ShouldBe(left);
        read.Limit.ShouldBe(of);
        read.Window?.TotalSeconds.ShouldBe(seconds!.Value);
        (read.Window is null).ShouldBe(seconds is null);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Requests_AllowanceEnds_StopBeforeTheRegistryRefuses(int pulls)
    {
        await using var hub = await HubAsync(pulls);
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(hub.Url, retry: TestClient.PatientRetries);
        var read = 0;

        var error = await Should.ThrowAsync<RegistryException>(async () =>
        {
            for (; ; read++) await client.GetManifestAsync("latest", None);
        });

        read.ShouldBe(pulls);
        hub.Requests.Count.ShouldBe(pulls);
        error.Kind.ShouldBe(RegistryErrorKind.RateLimited);
        error.IsOfManifestsAlone().ShouldBeTrue();
        error.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        error.Message.ShouldContain($"the registry allows {pulls} manifests in 6 h, and none is left; the next is asked for in 60 min");
        ((IRegistryLimits)client).Limits.ShouldBe(new RegistryLimits(TimeSpan.FromHours(1), 0, pulls, TimeSpan.FromHours(6)));
        // What costs nothing goes on.
        (await client.ResolveAsync("latest", None)).Digest.ShouldBe(Answers.ManifestDigest);
    }

    [Fact]
    public async Task Requests_AfterTheLongestPause_OneAsksAnew()
    {
        await using var hub = await HubAsync(pulls: 1);
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(hub.Url, retry: TestClient.PatientWithoutRetries);
        await client.GetManifestAsync("latest", None);
        _clock.Advance(TimeSpan.FromMinutes(59));
        await client.GetManifestAsync("latest", None).ShouldFailAsync();
        hub.Requests.Count.ShouldBe(1);

        _clock.Advance(TimeSpan.FromMinutes(1));
        // The registry refuses still, and does not say for how long.
        (await client.GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.RateLimited);

        hub.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Requests_ManyAtATime_ExceedTheAllowanceByNone()
    {
        await using var hub = await HubAsync(pulls: 12);
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(hub.Url, retry: TestClient.PatientWithoutRetries);
        // The first answer tells what is left.
        await client.GetManifestAsync("latest", None);

        var reads = Enumerable.Range(0, 40).Select(_ => client.GetManifestAsync("latest", None)).ToArray();
        foreach (var read in reads)
        {
            try
            {
                await read;
            }
            catch (RegistryException error)
            {
                error.Kind.ShouldBe(RegistryErrorKind.RateLimited);
            }
        }

        hub.Requests.Count.ShouldBeLessThanOrEqualTo(12);
    }

    [Fact]
    public async Task Requests_AnotherUser_HasAnAllowanceOfHisOwn()
    {
        await using var hub = await HubAsync(pulls: 1);
        using var provider = TestClient.Provider(_clock);
        await provider.For(hub.Url, retry: TestClient.PatientWithoutRetries).GetManifestAsync("latest", None);
        await provider.For(hub.Url, retry: TestClient.PatientWithoutRetries).GetManifestAsync("latest", None).ShouldFailAsync();
        hub.Requests.Count.ShouldBe(1);

        // He is asked for by the registry, which refuses this one, too.
        var bob = provider.For(hub.Url, new RegistryCredential.UsernamePassword("bob", "pw"), TestClient.PatientWithoutRetries);
        await bob.GetManifestAsync("latest", None).ShouldFailAsync();

        hub.Requests.Count.ShouldBe(2);
    }

    /// <summary>The registry took the second credential; what the first may read is nobody's concern.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_AlternativeIsTaken_CountForThatUser(bool isSharedWithOthers)
    {
        var old = new RegistryCredential.UsernamePassword("old", "pw");
        var bob = new RegistryCredential.UsernamePassword("bob", "pw");
        var left = 2;
        await using var hub = await FaultServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String("bob:pw"u8))
                return Answers.RefuseAsync(context, "Basic realm=\"hub\"");
            context.Response.Headers["ratelimit-remaining"] = $"{Interlocked.Decrement(ref left)};w=21600";
            return Answers.ManifestAsync(context);
        });
        using var provider = TestClient.Provider(_clock);
        var client = provider.For(hub.Url, old with { Alternatives = [bob] }, TestClient.PatientWithoutRetries);
        for (var i = 0; i < 2; i++) await client.GetManifestAsync("latest", None);
        var sent = hub.Requests.Count;

        var next = isSharedWithOthers ? provider.For(hub.Url, bob, TestClient.PatientWithoutRetries) : client;
        (await next.GetManifestAsync("latest", None).ShouldFailAsync()).Kind.ShouldBe(RegistryErrorKind.RateLimited);

        ((IRegistryLimits)next).Limits.Remaining.ShouldBe(0);
        ((IRegistryLimits)provider.For(hub.Url, old, TestClient.PatientWithoutRetries)).Limits.Remaining.ShouldBeNull();
        hub.Requests.Count.ShouldBe(sent);
    }

    [Fact]
    public async Task Requests_OtherRegistriesAreAskedMeanwhile_AllowanceIsNotForgotten()
    {
        await using var hub = await HubAsync(pulls: 1);
        await using var other = await HubAsync(pulls: 1);
        using var provider = TestClient.Provider(_clock, OciClientOptions.Default with { MaximumHosts = 1 });
        var client = provider.For(hub.Url, retry: TestClient.PatientWithoutRetries);
        await client.GetManifestAsync("latest", None);

        await provider.For(other.Url, retry: TestClient.PatientWithoutRetries).GetManifestAsync("latest", None);
        await client.GetManifestAsync("latest", None).ShouldFailAsync();

        hub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Observe_OlderAnswerComesLate_DoesNotRaiseWhatIsLeft()
    {
        var allowance = new PullAllowance(_clock);
        var (first, second) = (Begin(), Begin());

        allowance.Observe(Told(10), second, isTaken: true).ShouldBeTrue();
        allowance.Observe(Told(11), first, isTaken: true).ShouldBeTrue();

        allowance.Current!.Value.Remaining.ShouldBe(10);
        // Another window has begun.
        allowance.Observe(Told(100), Begin(), isTaken: true);
        allowance.Current!.Value.Remaining.ShouldBe(100);

        long Begin()
        {
            allowance.Enter();
            return allowance.Begin();
        }
    }

    [Fact]
    public void Observe_AnswersInAnyOrder_NeverMoreIsLeftThanTheRegistryHas()
    {
        Gen.Int[0, 100].Array[1, 60].Sample(draws =>
        {
            var allowance = new PullAllowance(_clock);
            var underWay = new List<(long Request, int Left)>();
            var left = 1000;
            foreach (var draw in draws)
            {
                // Answers are counted in the order of requests, and come in any.
                if (underWay.Count == 0 || draw < 50)
                {
                    allowance.Enter();
                    underWay.Add((allowance.Begin(), --left));
                    continue;
                }

                var answer = underWay[draw % underWay.Count];
                underWay.Remove(answer);
                allowance.Observe(Told(answer.Left), answer.Request, isTaken: true);
                allowance.Current!.Value.Remaining.ShouldBeLessThanOrEqualTo(answer.Left);
            }

            foreach (var answer in underWay) allowance.Observe(Told(answer.Left), answer.Request, isTaken: true);
            allowance.Current?.Remaining.ShouldBe(left);
        });
    }

    private static RateLimit Told(long left) => new(left, Reset: null) { Window = TimeSpan.FromHours(6) };

    [Fact]
    public void Limits_NothingTold_AreNone()
    {
        using var provider = TestClient.Provider(_clock);

        ((IRegistryLimits)provider.For(new Uri("http://registry.example"))).Limits.ShouldBe(new RegistryLimits(TimeSpan.Zero, null, null, null));
    }

    /// <summary>Counts GETs of manifests, as Docker Hub does.</summary>
    private static Task<FaultServer> HubAsync(int pulls)
    {
        var used = 0;
        return FaultServer.StartAsync(context =>
        {
            var count = HttpMethods.IsGet(context.Request.Method) ? Interlocked.Increment(ref used) : Volatile.Read(ref used);
            if (count > pulls) return Answers.ErrorAsync(context, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit.");
            context.Response.Headers["ratelimit-limit"] = $"{pulls};w=21600";
            context.Response.Headers["ratelimit-remaining"] = $"{pulls - count};w=21600";
            return Answers.ManifestAsync(context);
        });
    }
}
