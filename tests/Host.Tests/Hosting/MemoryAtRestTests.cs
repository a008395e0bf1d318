using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Hosting;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed class MemoryAtRestTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _atRest = true;
    private long _allocated = 10 * MemoryAtRest.WorthCollecting;
    private int _collections;

    [Fact]
    public async Task Run_AtRestAfterWork_CollectsOnce()
    {
        var running = RunAsync();

        Pass(looks: 10);

        _collections.ShouldBe(1);
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_Working_DoesNotCollect()
    {
        _atRest = false;
        var running = RunAsync();

        Pass(looks: 10);

        _collections.ShouldBe(0);
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_AMomentWithoutWorkBetweenScans_DoesNotCollect()
    {
        var running = RunAsync();

        for (var i = 0; i < 10; i++)
        {
            _atRest = i % 2 == 0;
            Pass(looks: 1);
        }

        _collections.ShouldBe(0);
        await StopAsync(running);
    }

    [Theory]
    [InlineData(MemoryAtRest.WorthCollecting - 1, 1)]
    [InlineData(MemoryAtRest.WorthCollecting, 2)]
    public async Task Run_AllocatedSinceTheLastCollection_CollectsAgainWhereItIsWorthIt(long bytes, int expected)
    {
        var running = RunAsync();
        Pass(looks: 2);

        _allocated += bytes;
        Pass(looks: 2);

        _collections.ShouldBe(expected);
        await StopAsync(running);
    }

    public void Dispose() => _stop.Dispose();

    private Task RunAsync() => new MemoryAtRest(() => _atRest, () => _collections++, () => _allocated, _time).RunAsync(_stop.Token);

    // A tick runs the loop on this thread: a timer's continuation is not posted anywhere.
    private void Pass(int looks)
    {
        for (var i = 0; i < looks; i++) _time.Advance(MemoryAtRest.Interval);
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running;
    }
}
