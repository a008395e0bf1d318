using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
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

    [Theory]
    [InlineData("7")]
    [InlineData("7x")]
    [InlineData("7 d")]
    [InlineData("-7d")]
    [InlineData("1.5h")]
    [InlineData("P7D")]
    [InlineData("d")]
    [InlineData("3651d")]
    [InlineData("2147483647w")]
    public void Validate_MinimumAgeThatIsNone_NamesTheOptionItsValueAndTheUnits(string value) =>
        ErrorOf(new DriftOptions { MinimumAge = value })
            .ShouldBe($"minimumAge is '{value}': write a number and a unit, which is s, m, h, d or w, e.g. 72h or 7d; at most 3650d.");

    [Fact]
    public void Validate_OptionsThatCannotBeUsed_AreNamedWithTheirValues()
    {
        ErrorOf(new DriftOptions { Policy = "newest" }).ShouldStartWith("policy is 'newest': write one of semver, major");
        ErrorOf(new DriftOptions { Range = "^^1" }).ShouldStartWith("range is '^^1': ");
        ErrorOf(new DriftOptions { Pattern = "(" }).ShouldStartWith("pattern is '(': ");
        ErrorOf(new DriftOptions { Policy = new string('x', 500) }).ShouldStartWith($"policy is '{new string('x', 63)}…': ");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0d", 0)]
    [InlineData("90s", 90)]
    [InlineData("3m", 180)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("2w", 1209600)]
    public async Task Check_MinimumAge_IsReadInItsUnit(string age, int seconds)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = age };
        _sandbox.Options.Validate(null!).ShouldBeEmpty();

        var update = (await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0"))).AvailableUpdates.ShouldHaveSingleItem();

        update.WaitingUntil.ShouldBe(seconds == 0 ? null : ScanSandbox.Start.AddSeconds(seconds));
    }

    /// <summary>Who asks for an age, and writes it wrong, wants none to be recommended at once.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("1d")]
    public async Task Check_AnnotatedAgeCannotBeRead_UpdatesWaitUntilItIsCorrected(string? ofResource)
    {
        _sandbox.Options = new DriftOptions { MinimumAge = ofResource };
        await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0"));
        _sandbox.Time.Advance(TimeSpan.FromDays(30));

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0", Annotated("drift-minimum-age", "a week")));

        var update = drift.AvailableUpdates.ShouldHaveSingleItem();
        (update.Recommendation, update.WaitingUntil, drift.Recommendation).ShouldBe((UpdateRecommendation.Waiting, null, DriftRecommendation.NoAction));
        drift.Message!.ShouldStartWith("2.1.0 waits: the minimum age that the workload's annotation asks for can't be read.");
        drift.Warnings.ShouldHaveSingleItem().ShouldBe(
            "Its annotation registry.kubecontroller.io/drift-minimum-age is not used: write a number and a unit, which is s, m, h, d or w, e.g. 72h or 7d; "
            + "at most 3650d. It says 'a week'. Until it is corrected, the updates wait.");
        (await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0", Annotated("drift-minimum-age", "1w")))).Recommendation
            .ShouldBe(DriftRecommendation.UpdateAvailable);
    }

    [Fact]
    public async Task Check_AnnotatedAgeCannotBeReadAndTheTagHasMoved_NewImageWaits()
    {
        var before = _sandbox.Push("latest", 20, createdHour: 1);
        _sandbox.Push("latest", 21, createdHour: 2);
        _sandbox.Registry.Add(ScanSandbox.Repository, null, before);

        var drift = await _sandbox.CheckAsync(ScanSandbox.Runs("latest", Annotated("drift-minimum-age", ""), before.Digest));

        drift.Recommendation.ShouldBe(DriftRecommendation.NoAction);
        drift.Message!.ShouldContain("The new image waits: the minimum age that the workload's annotation asks for can't be read.");
    }

    /// <summary>A bypass that is narrowed with a mistake is not the resource's wider one.</summary>
    [Fact]
    public async Task Check_AnnotatedBypassCannotBeRead_NothingBypasses()
    {
        _sandbox.Options = new DriftOptions { MinimumAge = "7d", BypassForSeverity = "LOW" };
        var running = _sandbox.Push("2.0.0", 20, createdHour: 3);
        _sandbox.Find(running, ("CVE-1", Severity.Low));
        _sandbox.Find(_sandbox.Push("2.1.0", 21, createdHour: 4));

        (await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0", running.Digest))).Recommendation.ShouldBe(DriftRecommendation.UpdateRecommended);
        (await _sandbox.CheckAsync(ScanSandbox.Runs("2.0.0", Annotated("drift-bypass-for-severity", "critcal"), running.Digest))).Recommendation
            .ShouldBe(DriftRecommendation.NoAction);
    }

    private static Dictionary<string, string> Annotated(string annotation, string value) => new(StringComparer.Ordinal) { [annotation] = value };

    private static string ErrorOf(DriftOptions options) => options.Validate(null!).ShouldHaveSingleItem().ErrorMessage!;

    /// <summary>Each look at the clock finds it two seconds later.</summary>
    private sealed class SlowTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += TimeSpan.TicksPerSecond * 2;

        public override DateTimeOffset GetUtcNow() => ScanSandbox.Start;
    }
}
