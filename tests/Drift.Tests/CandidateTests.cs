using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Drift.Tests.Support;

namespace RegistryOperator.Drift.Tests;

/// <summary>What may take the place of a running image, by what its tag names.</summary>
public sealed class CandidateTests : IAsyncLifetime
{
    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ScanSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Check_NewerTagNamesAChart_IsNoCandidate(bool isKnown, bool isDated)
    {
        _sandbox.Push("1.0.0", 1);
        var chart = _sandbox.PushChart("1.0.1");
        if (isKnown) _sandbox.Images.Add(new TaggedImage("1.0.1", chart.Digest, isDated ? ScanSandbox.Start : null, 0));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));

        (drift.State, drift.AvailableUpdates.Count).ShouldBe((DriftState.Latest, 0));
    }

    [Fact]
    public async Task Check_ChartThatWasRead_IsNotReadAgain()
    {
        _sandbox.Push("1.0.0", 1);
        var chart = _sandbox.PushChart("1.0.1");
        _sandbox.Images.Add(new TaggedImage("1.0.1", chart.Digest, null, 0));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));
        await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"));
        _sandbox.Registry.Log.Clear();

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.0.0"))).AvailableUpdates.ShouldBeEmpty();

        _sandbox.Registry.Log.Requests.ShouldNotContain(request => request.Path.EndsWith(chart.Digest.ToString(), StringComparison.Ordinal));
    }
}
