using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Drift.Tests.Support;
using RegistryOperator.Plugins.Drift.Options;

namespace RegistryOperator.Drift.Tests;

/// <summary>What is said of versions that a policy leaves out, or does not let run.</summary>
public sealed class PolicyTests : IAsyncLifetime
{
    private ScanSandbox _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await ScanSandbox.StartAsync();
        string[] tags = ["1.27.1", "1.27.5", "1.28.0", "2.0.0", "2.1.0"];
        for (var i = 0; i < tags.Length; i++) _sandbox.Push(tags[i], i, createdHour: i);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("2.1.0", "~1.27", "2.1.0 is outside the range ~1.27, which would choose 1.27.5.")]
    [InlineData("2.1.0", "^3", "2.1.0 is outside the range ^3, and no tag of its shape is in it.")]
    public async Task Check_RunningVersionIsOutsideTheRange_IsNotTheLatest(string running, string range, string expected)
    {
        _sandbox.Options = new DriftOptions { Range = range };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs(running));

        (drift.State, drift.Recommendation, drift.Message).ShouldBe((DriftState.Unknown, DriftRecommendation.ReviewRequired, expected));
    }

    [Fact]
    public async Task Check_FloatingTag_IsNotOutsideARangeThatItMayBeIn()
    {
        var image = _sandbox.Push("1.27", 1, createdHour: 1);
        _sandbox.Options = new DriftOptions { Range = "^1.27.4" };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.27", image.Digest));

        (drift.State, drift.Recommendation).ShouldBe((DriftState.Latest, DriftRecommendation.NoAction));
    }

    [Fact]
    public async Task Check_RangeAboveTheRunningVersion_IsAnUpdateAndSaysSo()
    {
        _sandbox.Options = new DriftOptions { Range = "^2" };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("1.27.1"));

        (drift.State, drift.AvailableUpdates.ShouldHaveSingleItem().Tag).ShouldBe((DriftState.Outdated, "2.1.0"));
        drift.Message!.ShouldStartWith("1.27.1 is outside the range ^2, which would choose 2.1.0. Update to 2.1.0:");
    }

    [Theory]
    [InlineData("1.28.0", "minor", null, "No newer tag of its shape is allowed: the policy leaves out 2.1.0.")]
    [InlineData("1.28.0", null, "^1", "No newer tag of its shape is allowed: the policy leaves out 2.1.0.")]
    [InlineData("1.28.0", "digest", null, "No other tag is looked for, by the policy digest.")]
    [InlineData("2.1.0", "minor", null, "No newer tag has its shape.")]
    public async Task Check_NothingThatThePolicyAllows_SaysWhatItLeavesOut(string running, string? policy, string? range, string expected)
    {
        _sandbox.Options = new DriftOptions { Policy = policy, Range = range };

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs(running));

        (drift.State, drift.Message).ShouldBe((DriftState.Latest, expected));
    }

    [Fact]
    public async Task Check_PatternThatTakesTooLong_IsToldOfThatWorkloadAlone()
    {
        _sandbox.Clock = new SlowTime();
        var slow = ScanSandbox.Runs("1.27.1", new Dictionary<string, string>(StringComparer.Ordinal) { ["drift-pattern"] = "^1" });

        var drifts = await _sandbox.CheckAllAsync(slow, ScanSandbox.Runs("1.27.1"), slow);

        drifts.Select(drift => drift.Recommendation)
            .ShouldBe([DriftRecommendation.ReviewRequired, DriftRecommendation.UpdateAvailable, DriftRecommendation.ReviewRequired]);
        drifts[0].Message!.ShouldStartWith("What is newer is not known: '^1': the patterns took more than 1 s over 5 tags.");
    }

    /// <summary>The patterns of .NET and of Go differ where a tag filter translates them, and so does this.</summary>
    [Fact]
    public async Task Check_Pattern_IsReadAsThoseOfTheTagFilter()
    {
        _sandbox.Options = new DriftOptions { Pattern = "^1[.][[:digit:]]+[.]0$" };

        (await _sandbox.CheckAsync(ScanSandbox.Runs("1.27.1"))).AvailableUpdates.Select(update => update.Tag).ShouldBe(["1.28.0"]);
        new DriftOptions { Pattern = "(?=x)" }.Validate(null!).ShouldHaveSingleItem().ErrorMessage!.ShouldContain("not supported");
    }

    /// <summary>Each look at the clock finds it two seconds later.</summary>
    private sealed class SlowTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += TimeSpan.TicksPerSecond * 2;

        public override DateTimeOffset GetUtcNow() => ScanSandbox.Start;
    }
}
