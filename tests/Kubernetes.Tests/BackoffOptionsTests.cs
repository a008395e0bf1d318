using CsCheck;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Controllers;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Kubernetes.Tests;

public sealed class BackoffOptionsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(9, 256)]
    [InlineData(10, 300)]
    [InlineData(int.MaxValue, 300)]
    public void DelayAfter_Failures_DoublesUpToTheMaximum(int failures, int seconds) =>
        new BackoffOptions { Jitter = 0 }.DelayAfter(failures, 0.5).TotalSeconds.ShouldBe(seconds, 0.001);

    [Theory]
    [InlineData(1, 0, 0.8)]
    [InlineData(1, 0.5, 1)]
    [InlineData(1, 1, 1.2)]
    [InlineData(3, 0, 3.2)]
    [InlineData(3, 1, 4.8)]
    // Jitter never exceeds the maximum.
    [InlineData(100, 1, 300)]
    [InlineData(100, 0, 240)]
    public void DelayAfter_Sample_PlacesTheWaitInItsSpread(int failures, double sample, double seconds) =>
        new BackoffOptions().DelayAfter(failures, sample).TotalSeconds.ShouldBe(seconds, 0.001);

    [Fact]
    public void DelayAfter_AtRandom_DiffersFromTimeToTime() =>
        Enumerable.Range(0, 20).Select(_ => new BackoffOptions().DelayAfter(5)).Distinct().Count().ShouldBeGreaterThan(1);

    [Fact]
    public void Default_Informers_ComeBackWithinHalfAMinuteWidelySpread()
    {
        var options = new InformerOptions<Widget>();

        options.Backoff.ShouldBe(new BackoffOptions { Base = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(30), Jitter = 0.5 });
        (options.WatchTimeout, options.WatchGrace, options.ResyncPeriod).ShouldBe((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1), null));
    }

    [Fact]
    public void Default_ClientAndController_AreWhatTheDocumentationSays()
    {
        new ClientOptions().ShouldBe(new ClientOptions
        {
            UserAgent = null,
            RequestTimeout = TimeSpan.FromSeconds(30),
            Retries = 3,
            RetryDelay = TimeSpan.FromMilliseconds(250),
            LongestRetryAfter = TimeSpan.FromSeconds(30),
        });
        new ControllerOptions().ShouldBe(new ControllerOptions { Workers = 4, DrainTimeout = TimeSpan.FromSeconds(20) });
    }

    [Fact]
    public void DelayAfter_AnySample_StaysWithinItsSpread() =>
        Gen.Select(Gen.Int[1, 100], Gen.Double[0, 1]).Sample((failures, sample) =>
        {
            var middle = new BackoffOptions { Jitter = 0 }.DelayAfter(failures, sample);
            var delay = new BackoffOptions { Jitter = 0.2 }.DelayAfter(failures, sample);
            return delay >= middle * 0.799 && delay <= middle * 1.201 && delay <= TimeSpan.FromMinutes(5);
        });
}
