using CsCheck;

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

    [Fact]
    public void DelayAfter_AnySample_StaysWithinItsSpread() =>
        Gen.Select(Gen.Int[1, 100], Gen.Double[0, 1]).Sample((failures, sample) =>
        {
            var middle = new BackoffOptions { Jitter = 0 }.DelayAfter(failures, sample);
            var delay = new BackoffOptions { Jitter = 0.2 }.DelayAfter(failures, sample);
            return delay >= middle * 0.799 && delay <= middle * 1.201 && delay <= TimeSpan.FromMinutes(5);
        });
}
