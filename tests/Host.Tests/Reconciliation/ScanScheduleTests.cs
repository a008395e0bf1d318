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

    private static RegistryStatus Scanned() => new()
    {
        LastScanStatus = ScanStatuses.Success,
        ObservedGeneration = 1,
        LastScanTime = Now.AddSeconds(-200),
        NextScanTime = Now.AddSeconds(100),
    };

    private static RegistryResource Resource(RegistryStatus? status) => new() { Metadata = new ObjectMeta { Generation = 1 }, Status = status };
}
