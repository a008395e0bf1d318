using RegistryOperator.Host.Kinds.Drift;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Tests.Kinds.Drift;

public sealed class DriftLinesTests
{
    private static readonly DateTimeOffset Checked = DateTimeOffset.Parse("2026-01-02T03:04:05Z");

    private static readonly WorkloadDriftStatus App = new()
    {
        Namespace = "shop",
        Kind = "Deployment",
        Name = "app",
        CurrentTag = "1.0.0",
        Status = "LATEST",
        Recommendation = "NO_ACTION",
        Message = "No newer tag has its shape.",
    };

    [Fact]
    public void LineOf_Section_SaysItInShort()
    {
        var summary = new DriftSummaryStatus { Total = 6, Latest = 3, Outdated = 2, Vulnerable = 1, UrgentUpdates = 1 };

        LineOf(new DriftStatus { Summary = summary }).ShouldBe("drift: 6 workloads: 1 vulnerable, 2 outdated, 3 latest, 1 in urgent need of an update");
        LineOf(new DriftStatus { Summary = new DriftSummaryStatus { Total = 1, Unknown = 1 }, Reason = "TimedOut" })
            .ShouldBe("drift: 1 workload: 1 unknown (TimedOut)");
        LineOf(new DriftStatus { Summary = new DriftSummaryStatus() }).ShouldBe("drift: 0 workloads");
        LineOf(new DriftStatus { Summary = new DriftSummaryStatus(), Message = "There are no workloads at all." })
            .ShouldBe("drift: 0 workloads: There are no workloads at all.");
        LineOf(new DriftStatus { Reason = "TimedOut" }).ShouldBe("drift: TimedOut");
        LineOf(null).ShouldBeNull();
    }

    [Fact]
    public void WorkloadLinesOf_UpToDate_IsNotPrinted() => Lines(new DriftStatus { Workloads = [App] }).ShouldBeEmpty();

    [Fact]
    public void WorkloadLinesOf_UnknownWaitingOrWarned_IsPrintedWithItsReason() => Lines(new DriftStatus
    {
        Workloads =
        [
            App with { Name = "a", Status = "UNKNOWN", Message = "The registry does not show 1.0.0 now." },
            App with
            {
                Name = "b",
                Status = "OUTDATED",
                Message = "1.0.1 waits: it has not been seen unchanged for 7 days yet.",
                AvailableUpdates = [new AvailableUpdateStatus { Tag = "1.0.1", Recommendation = "WAITING" }],
            },
            App with { Name = "c", Warnings = ["Its annotation x is not known."] },
            App with { Name = "d", Message = "No newer tag. Its annotation x is not known.", Warnings = ["Its annotation x is not known."] },
        ],
    }).ShouldBe(
    [
        "Deployment/shop/a runs 1.0.0: UNKNOWN, NO_ACTION. The registry does not show 1.0.0 now.",
        "Deployment/shop/b runs 1.0.0: OUTDATED, NO_ACTION. 1.0.1 waits: it has not been seen unchanged for 7 days yet.",
        "Deployment/shop/c runs 1.0.0: LATEST, NO_ACTION. No newer tag has its shape. Its annotation x is not known.",
        "Deployment/shop/d runs 1.0.0: LATEST, NO_ACTION. No newer tag. Its annotation x is not known.",
    ]);

    [Theory]
    [InlineData("TimedOut", ScanStatuses.Success, "(TimedOut, as of 2026-01-02 03:04Z)")]
    [InlineData(null, ScanStatuses.Failed, "(as of 2026-01-02 03:04Z)")]
    [InlineData(null, ScanStatuses.Success, null)]
    public void Lines_NotComparedAnew_AreToldWithTheirTime(string? reason, string scan, string? expected)
    {
        var status = new RegistryStatus
        {
            LastScanStatus = scan,
            Drift = new DriftStatus
            {
                LastCheckTime = Checked,
                Reason = reason,
                Summary = new DriftSummaryStatus { Total = 1, Outdated = 1 },
                Workloads = [App with { Status = "OUTDATED", Recommendation = "UPDATE_AVAILABLE", Message = "Update to 1.0.1." }],
            },
        };

        DriftLines.LineOf(status).ShouldBe(expected is null ? "drift: 1 workload: 1 outdated" : $"drift: 1 workload: 1 outdated {expected}");
        DriftLines.WorkloadLinesOf(status).ShouldBe(
            [$"Deployment/shop/app {(expected is null ? "runs 1.0.0" : "ran 1.0.0 at 2026-01-02 03:04Z")}: OUTDATED, UPDATE_AVAILABLE. Update to 1.0.1."]);
    }

    private static string? LineOf(DriftStatus? drift) => DriftLines.LineOf(new RegistryStatus { Drift = drift });

    private static IReadOnlyList<string> Lines(DriftStatus drift) => [.. DriftLines.WorkloadLinesOf(new RegistryStatus { Drift = drift })];
}
