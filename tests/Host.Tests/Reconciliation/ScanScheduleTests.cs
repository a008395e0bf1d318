using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Resources;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Reconciliation;

public class ScanScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScanFailure Failure = new("RegistryUnavailable", "down");

    [Fact]
    public void UntilDue_NeverScanned_IsNow() => ScanSchedule.UntilDue(Resource(status: null), Now).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void UntilDue_ScannedAndUnchanged_IsTheTimeLeft() => ScanSchedule.UntilDue(Resource(Scanned()), Now).ShouldBe(TimeSpan.FromSeconds(100));

    [Fact]
    public void UntilDue_SpecChanged_IsNow() => ScanSchedule.UntilDue(Resource(Scanned()) with { Metadata = new ObjectMeta { Generation = 2 } }, Now).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void UntilDue_IntervalMadeShorterThanTheWaitLeft_IsNotLongerThanTheInterval()
    {
        var resource = Resource(Scanned() with { LastScanTime = Now, NextScanTime = Now.AddDays(1) });

        ScanSchedule.UntilDue(resource, Now).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(300 * 1.1));
    }

    [Fact]
    public void UntilDue_NewScanRequest_IsNowUntilItIsHandled()
    {
        var metadata = new ObjectMeta { Generation = 1, Annotations = new Dictionary<string, string> { [RegistryGroup.ScanRequestedAnnotation] = "a" } };
        var requested = Resource(Scanned()) with { Metadata = metadata };

        ScanSchedule.UntilDue(requested, Now).ShouldBe(TimeSpan.Zero);
        ScanSchedule.UntilDue(requested with { Status = Scanned() with { LastHandledScanRequest = "a" } }, Now).ShouldBe(TimeSpan.FromSeconds(100));
    }

    [Theory]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(6, 300)]
    [InlineData(1000, 300)]
    public void AfterFailure_FailuresInARow_DoubleTheDelayUpToTheInterval(int failures, int seconds) =>
        ScanSchedule.AfterFailure(Resource(Scanned()), Failure, failures, random: 0).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void AfterFailure_RegistryAsksForLonger_IsObeyed() =>
        ScanSchedule.AfterFailure(Resource(Scanned()), Failure with { RetryAfter = TimeSpan.FromHours(1) }, 1, random: 0).ShouldBe(TimeSpan.FromHours(1));

    [Fact]
    public void AfterFailure_InvalidSpec_WaitsForAChange() =>
        ScanSchedule.AfterFailure(Resource(Scanned()), new ScanFailure(ScanFailure.InvalidSpec, "bad"), 1, random: 0).ShouldBeNull();

    [Fact]
    public void AfterSuccess_Jitter_OnlyLengthensTheInterval()
    {
        ScanSchedule.AfterSuccess(Resource(Scanned()), random: 0).ShouldBe(TimeSpan.FromSeconds(300));
        ScanSchedule.AfterSuccess(Resource(Scanned()), random: 1).ShouldBe(TimeSpan.FromSeconds(330));
    }

    [Theory]
    [InlineData(ScanStatuses.Success, true)]
    [InlineData(ScanStatuses.Failed, true)] // the images of the last good scan can be matched without their registry
    [InlineData(null, false)]
    public void UntilScannersDue_ImagesOfAnEarlierScan_IsAnIntervalAfterTheLastRun(string? lastScan, bool due) =>
        ScanSchedule.UntilScannersDue(WithScanner(Scanned() with { LastScanStatus = lastScan, Images = [new ImageStatus { Tag = "1.0.0" }] }), Now.AddMinutes(-20), Now)
            .ShouldBe(due ? TimeSpan.FromMinutes(40) : null);

    [Fact]
    public void UntilScannersDue_NotRunInThisProcess_IsNow() =>
        ScanSchedule.UntilScannersDue(WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] }), lastRun: null, Now).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void UntilScannersDue_NothingToLookAt_IsNever()
    {
        ScanSchedule.UntilScannersDue(WithScanner(Scanned()), Now, Now).ShouldBeNull();
        ScanSchedule.UntilScannersDue(Resource(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }] }), Now, Now).ShouldBeNull();
        ScanSchedule.UntilScannersDue(WithScanner(Scanned() with { Images = [new ImageStatus { Tag = "1.0.0" }], Truncated = new TruncationStatus() }), Now, Now).ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-01-01T09:30:00Z", "2026-01-01T09:30:00Z")]
    [InlineData("now", "2026-01-01T12:00:00Z")]
    public void AskedAt_Annotation_IsItsTimeOrNow(string value, string expected) =>
        ScanSchedule.AskedAt(Requested(value, handled: null), Noon).ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void AskedAt_AnsweredOrNeverAsked_IsNever()
    {
        ScanSchedule.AskedAt(Requested("now", handled: "now"), Noon).ShouldBeNull();
        ScanSchedule.AskedAt(Resource(Scanned()), Noon).ShouldBeNull();
    }

    private static DateTimeOffset Noon { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static RegistryResource Requested(string value, string? handled) => Resource(Scanned() with { LastHandledScanRequest = handled }) with
    {
        Metadata = new ObjectMeta { Generation = 1, Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [RegistryGroup.ScanRequestedAnnotation] = value } },
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
