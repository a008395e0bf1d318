using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Rounds;

public class RoundScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RoundFailure Failure = new("RegistryUnavailable", "down");

    [Fact]
    public void UntilDue_NeverScanned_IsNow() => RoundSchedule.UntilDue(Resource(status: null), Now).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void UntilDue_ScannedAndUnchanged_IsTheTimeLeft() => RoundSchedule.UntilDue(Resource(Scanned()), Now).ShouldBe(TimeSpan.FromSeconds(100));

    [Fact]
    public void ByDue_Resources_BeginsWithWhatHasBeenDueForLongest()
    {
        RegistryResource Due(int minutes) => Resource(Scanned() with { LastScanTime = Now.AddMinutes(minutes - 5), NextScanTime = Now.AddMinutes(minutes) });

        RoundSchedule.ByDue([Due(5), Resource(status: null), Due(-60), Due(-5), Resource(status: null)], Now).ShouldBe([2, 3, 1, 4, 0]);
    }

    [Fact]
    public void UntilDue_SpecChanged_IsNow() =>
        RoundSchedule.UntilDue(Resource(Scanned()) with { Metadata = new ObjectMeta { Generation = 2 } }, Now).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void UntilDue_IntervalMadeShorterThanTheWaitLeft_IsNotLongerThanTheInterval()
    {
        var resource = Resource(Scanned() with { LastScanTime = Now, NextScanTime = Now.AddDays(1) });

        RoundSchedule.UntilDue(resource, Now).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(300 * 1.1));
    }

    [Fact]
    public void UntilDue_NewScanRequest_IsNowUntilItIsHandled()
    {
        var metadata = new ObjectMeta { Generation = 1, Annotations = new Dictionary<string, string> { [RegistryGroup.ScanRequestedAnnotation] = "a" } };
        var requested = Resource(Scanned()) with { Metadata = metadata };

        RoundSchedule.UntilDue(requested, Now).ShouldBe(TimeSpan.Zero);
        RoundSchedule.UntilDue(requested with { Status = Scanned() with { LastHandledScanRequest = "a" } }, Now).ShouldBe(TimeSpan.FromSeconds(100));
    }

    [Theory]
    [InlineData("2026-01-01T11:56:40Z", "2026-01-01T12:01:40Z", 100)]
    [InlineData("2026-01-01T11:50:00Z", "2026-01-01T11:55:00Z", -300)]
    [InlineData("2026-01-01T12:00:00Z", "2026-01-01T12:05:00Z", 300)] // just now
    [InlineData("2026-01-01T12:00:01Z", "2026-01-01T12:05:01Z", 0)] // in the future: a clock was wrong
    [InlineData("2099-01-01T00:00:00Z", "2099-01-01T00:05:00Z", 0)]
    [InlineData("2026-01-01T11:58:20Z", "2099-01-01T00:05:00Z", 230)] // no scan can have set that
    [InlineData("2026-01-01T11:58:20Z", null, 0)]
    [InlineData(null, "2026-01-01T12:01:40Z", 0)]
    [InlineData(null, null, 0)]
    public void UntilDue_StoredTimes_AreBelievedAsFarAsTheyCanBeTrue(string? last, string? next, int seconds) =>
        RoundSchedule.UntilDue(Resource(Scanned() with { LastScanTime = Time(last), NextScanTime = Time(next) }), Now).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(ScanStatuses.Failed, 1800, 1800)]
    [InlineData(ScanStatuses.Failed, 2 * 3600, 3600)]
    [InlineData(ScanStatuses.Success, 1800, 330)]
    public void UntilDue_AfterAFailure_ObeysWhatTheRegistryAskedFor(string lastScan, int nextSeconds, int seconds)
    {
        var status = Scanned() with { LastScanStatus = lastScan, LastScanTime = Now, NextScanTime = Now.AddSeconds(nextSeconds) };
        RoundSchedule.UntilDue(Resource(status), Now).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void UntilDue_AfterAFailureWithALongInterval_IsBoundedByTheInterval()
    {
        var status = Scanned() with { LastScanStatus = ScanStatuses.Failed, LastScanTime = Now, NextScanTime = Now.AddYears(1) };
        var resource = Resource(status) with { Spec = new RegistrySpec { ScanInterval = 86_400 } };
        RoundSchedule.UntilDue(resource, Now).ShouldBe(TimeSpan.FromSeconds(86_400 * 1.1));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1L, null)]
    [InlineData(null, ScanStatuses.Success)]
    [InlineData(2L, ScanStatuses.Success)]
    public void UntilDue_NoScanOfThisSpec_IsNow(long? observed, string? lastScan) =>
        RoundSchedule.UntilDue(Resource(Scanned() with { ObservedGeneration = observed, LastScanStatus = lastScan }), Now).ShouldBe(TimeSpan.Zero);

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(6, 300)]
    [InlineData(1000, 300)]
    public void AfterFailure_FailuresInARow_DoubleTheDelayUpToTheInterval(int failures, int seconds) =>
        RoundSchedule.AfterFailure(Resource(Scanned()), Failure, failures, random: 0).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void AfterFailure_RegistryAsksForLonger_IsObeyed() =>
        RoundSchedule.AfterFailure(Resource(Scanned()), Failure with { RetryAfter = TimeSpan.FromHours(1) }, 1, random: 0).ShouldBe(TimeSpan.FromHours(1));

    [Theory]
    [InlineData(0, 15)]
    [InlineData(-5, 15)]
    [InlineData(14, 15)]
    [InlineData(16, 16)]
    [InlineData(600, 600)]
    [InlineData(3600, 3600)]
    [InlineData(3600 + 1, 3600)]
    [InlineData(10 * 86_400, 3600)]
    public void AfterFailure_RetryAfter_IsBelievedWithinBounds(int asked, int seconds) =>
        RoundSchedule.AfterFailure(Resource(Scanned()), Failure with { RetryAfter = TimeSpan.FromSeconds(asked) }, 1, random: 0)
            .ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void AfterFailure_LongestRetryAfterOfAll_IsBounded() =>
        RoundSchedule.AfterFailure(Resource(Scanned()), Failure with { RetryAfter = TimeSpan.MaxValue }, 1, random: 1).ShouldBe(TimeSpan.FromHours(1));

    [Theory]
    [InlineData(0, 15)] // before the first failure is counted
    [InlineData(1, 15)]
    [InlineData(4, 120)]
    [InlineData(11, 15_360)]
    [InlineData(14, 86_400)]
    [InlineData(int.MaxValue, 86_400)]
    public void AfterFailure_LongInterval_IsDoubledUpToIt(int failures, int seconds) =>
        RoundSchedule.AfterFailure(Resource(Scanned()) with { Spec = new RegistrySpec { ScanInterval = 86_400 } }, Failure, failures, random: 0)
            .ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void AfterFailure_ShortInterval_IsNotExceeded() =>
        RoundSchedule.AfterFailure(Resource(Scanned()) with { Spec = new RegistrySpec { ScanInterval = 5 } }, Failure, 1, random: 0)
            .ShouldBe(TimeSpan.FromSeconds(5));

    [Fact]
    public void AfterFailure_Jitter_LengthensByATenthAtMost() =>
        RoundSchedule.AfterFailure(Resource(Scanned()), Failure, 2, random: 1).ShouldBe(TimeSpan.FromSeconds(33));

    [Theory]
    [InlineData(RoundFailure.InvalidSpec)]
    [InlineData(RoundFailure.NoRegistryClient)]
    public void AfterFailure_OnlyAChangeHelps_WaitsForIt(string reason) =>
        RoundSchedule.AfterFailure(Resource(Scanned()), new RoundFailure(reason, "bad") { RetryAfter = TimeSpan.FromHours(1) }, 1, random: 0).ShouldBeNull();

    [Fact]
    public void AfterSuccess_Jitter_OnlyLengthensTheInterval()
    {
        RoundSchedule.AfterSuccess(Resource(Scanned()), random: 0).ShouldBe(TimeSpan.FromSeconds(300));
        RoundSchedule.AfterSuccess(Resource(Scanned()), random: 1).ShouldBe(TimeSpan.FromSeconds(330));
    }

    [Theory]
    [InlineData(ScanStatuses.Success, true)]
    [InlineData(ScanStatuses.Failed, true)] // the images of the last good scan can be matched without their registry
    [InlineData(null, false)]
    public void UntilScannersDue_ImagesOfAnEarlierScan_IsAnIntervalAfterTheLastRun(string? lastScan, bool due) =>
        RoundSchedule.UntilScannersDue(
            WithScanner(Scanned() with { LastScanStatus = lastScan, Images = [new ImageStatus { Tag = "1.0.0" }] }),
            ScanParts.Kinds,
            Now.AddMinutes(-20),
            Now)
            .ShouldBe(due ? TimeSpan.FromMinutes(40) : null);

    [Fact]
    public void UntilScannersDue_NotRunInThisProcess_IsNow() =>
        RoundSchedule.UntilScannersDue(
            WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] }), ScanParts.Kinds, lastRun: null, Now).ShouldBe(TimeSpan.Zero);

    [Theory]
    [InlineData(0, 3600)]
    [InlineData(-3600, 0)]
    [InlineData(-3601, -1)]
    [InlineData(1, 0)] // in the future: the clock was set back
    public void UntilScannersDue_LastRun_IsAnIntervalAgo(int lastRun, int seconds) =>
        RoundSchedule.UntilScannersDue(
            WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] }), ScanParts.Kinds, Now.AddSeconds(lastRun), Now)
            .ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void UntilScannersDue_SeveralScanners_FollowsTheShortestInterval()
    {
        var resource = WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] });
        CustomScannerSpec[] scanners = [new() { Name = "a", Interval = 60 }, new() { Name = "b", Interval = 7200 }];
        resource = resource with { Spec = resource.Spec with { Scanners = scanners } };

        RoundSchedule.UntilScannersDue(resource, ScanParts.Kinds, Now, Now).ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void UntilScannersDue_NeverScanned_IsNever() =>
        RoundSchedule.UntilScannersDue(WithScanner(Scanned()) with { Status = null }, ScanParts.Kinds, null, Now).ShouldBeNull();

    [Fact]
    public void UntilScannersDue_NothingToLookAt_IsNever()
    {
        RoundSchedule.UntilScannersDue(WithScanner(Scanned()), ScanParts.Kinds, Now, Now).ShouldBeNull();
        RoundSchedule.UntilScannersDue(Resource(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] }), ScanParts.Kinds, Now, Now).ShouldBeNull();
        RoundSchedule.UntilScannersDue(
            WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }], Truncated = new TruncationStatus() }),
            ScanParts.Kinds,
            Now,
            Now).ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-01-01T09:30:00Z", "2026-01-01T09:30:00Z")]
    [InlineData("2026-01-01T10:30:00+01:00", "2026-01-01T09:30:00Z")]
    [InlineData("2026-01-01T09:30:00", "2026-01-01T09:30:00Z")] // without an offset
    [InlineData("now", "2026-01-01T12:00:00Z")]
    [InlineData("", "2026-01-01T12:00:00Z")]
    [InlineData("2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z")]
    [InlineData("2026-01-01T12:00:01Z", "2026-01-01T12:00:00Z")] // in the future: everything would be older
    [InlineData("2099-01-01T00:00:00Z", "2026-01-01T12:00:00Z")]
    public void AskedAt_Annotation_IsItsTimeOrNow(string value, string expected) =>
        RoundSchedule.AskedAt(Requested(value, handled: null), Noon)
            .ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void AskedAt_AnsweredOrNeverAsked_IsNever()
    {
        RoundSchedule.AskedAt(Requested("now", handled: "now"), Noon).ShouldBeNull();
        RoundSchedule.AskedAt(Resource(Scanned()), Noon).ShouldBeNull();
    }

    private static DateTimeOffset? Time(string? text) => text is null ? null : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Noon { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static RegistryResource Requested(string value, string? handled) => Resource(Scanned() with { LastHandledScanRequest = handled }) with
    {
        Metadata = new ObjectMeta
        {
            Generation = 1,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [RegistryGroup.ScanRequestedAnnotation] = value },
        },
    };

    /// <summary>A scanner with an interval of an hour.</summary>
    private static RegistryResource WithScanner(RegistryStatus status) => Resource(status) with
    {
        Spec = new RegistrySpec { VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true, ScanInterval = 3600 } },
    };

    private static RegistryStatus Scanned() => new()
    {
        LastScanStatus = ScanStatuses.Success,
        ObservedGeneration = 1,
        LastScanTime = Now.AddSeconds(-200),
        NextScanTime = Now.AddSeconds(100),
    };

    private static RegistryResource Resource(RegistryStatus? status) => new() { Metadata = new ObjectMeta { Generation = 1 }, Status = status };
}
