using System.Text;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class PeakMemoryTests
{
    [Theory]
    [InlineData("Name:\tsyft\nVmPeak:\t  999 kB\nVmHWM:\t   184320 kB\nVmRSS:\t  5 kB\n", 184_320L * 1024)]
    [InlineData("VmHWM:\t0 kB\n", 0L)]
    [InlineData("Name:\tsyft\nState:\tZ (zombie)\n", null)]
    [InlineData("VmHWM:\t", null)]
    [InlineData("", null)]
    public void Parse_Status_TakesTheLargestResidentSize(string status, long? bytes) => PeakMemory.Parse(Encoding.UTF8.GetBytes(status)).ShouldBe(bytes);

    [Fact]
    public async Task WatchAsync_LivingProcess_IsMeasuredAtOnceAndEveryTenthOfASecond()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        var time = new FakeTimeProvider();
        var memory = new PeakMemory(Environment.ProcessId, time);
        using var cancellation = new CancellationTokenSource();

        var watch = memory.WatchAsync(cancellation.Token);

        memory.Bytes.ShouldNotBeNull().ShouldBeGreaterThan(1 << 20);
        watch.IsCompleted.ShouldBeFalse("it grows");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watch);
    }

    [Fact]
    public async Task WatchAsync_NoSuchProcess_EndsWithoutAFigure()
    {
        // Beyond the kernel's limit of 2^22.
        var memory = new PeakMemory(4_194_999, new FakeTimeProvider());

        await memory.WatchAsync(TestContext.Current.CancellationToken);

        memory.Bytes.ShouldBeNull();
    }
}
