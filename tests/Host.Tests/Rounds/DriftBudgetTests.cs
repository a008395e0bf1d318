using System.Text.Json;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What of <c>status.drift</c> goes where a status is too large, and when.</summary>
public sealed class DriftBudgetTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1_000, "labels")]
    [InlineData(9_000, "labels configs availableUpdates")]
    [InlineData(25_000, "labels configs availableUpdates workloads")]
    [InlineData(55_000, "labels configs availableUpdates workloads images")]
    public void Fit_TooLarge_CutsInTheOrderOfWhatIsMissedLeast(int tooLargeBy, string cut)
    {
        var status = Status(images: 20, workloads: 200);
        var budget = Size(status) - tooLargeBy;

        var fitted = new StatusBudget(ScanParts.Kinds, budget).Fit(status);

        Size(fitted).ShouldBeLessThanOrEqualTo(budget);
        (fitted.Truncated?.Counts.Keys ?? []).ShouldBe(cut.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (!cut.Contains("images", StringComparison.Ordinal)) fitted.Images.Count.ShouldBe(20);
        fitted.Drift!.Summary.ShouldBe(status.Drift!.Summary);
    }

    [Fact]
    public void Fit_UpdatesCut_AreThoseOfTheLeastUrgentAndNoMoreThanNeeded()
    {
        var status = Status(images: 0, workloads: 200);

        var drift = new StatusBudget(ScanParts.Kinds, Size(status) - 1_000).Fit(status).Drift!;

        drift.Workloads.Count.ShouldBe(200);
        drift.Workloads[0].AvailableUpdates.Count.ShouldBe(3);
        drift.Workloads.Select(workload => workload.AvailableUpdates.Count).ShouldBeInOrder(SortDirection.Descending);
        drift.Workloads.Sum(workload => workload.AvailableUpdates.Count).ShouldBeInRange(250, 299);
    }

    [Fact]
    public void Fit_WorkloadsCut_AreThoseThatNothingHasToBeDoneAbout()
    {
        var status = Status(images: 5, workloads: 200);

        var drift = new StatusBudget(ScanParts.Kinds, Size(status) - 25_000).Fit(status).Drift!;

        drift.Workloads.Count.ShouldBeInRange(100, 199);
        drift.Workloads.Count(workload => workload.Recommendation == "URGENT_UPDATE").ShouldBe(100);
    }

    [Fact]
    public void Fit_WorkloadsAloneTooMany_FitAtLast()
    {
        var status = Status(images: 3, workloads: 20_000);

        var fitted = new StatusBudget(ScanParts.Kinds).Fit(status);

        Size(fitted).ShouldBeInRange(700_000, StatusBudget.DefaultMaximumBytes);
        fitted.Images.ShouldBeEmpty();
        fitted.Truncated!.Counts["workloads"].ShouldBe(20_000 - fitted.Drift!.Workloads.Count);
        fitted.Drift.Workloads.ShouldAllBe(workload => workload.Recommendation == "URGENT_UPDATE");
    }

    /// <summary>Half of the workloads are urgent.</summary>
    private static RegistryStatus Status(int images, int workloads) => new()
    {
        Images = [.. Enumerable.Range(0, images).Select(number => new ImageStatus
        {
            Tag = $"1.{number}.0",
            Config = new ImageConfigStatus { BaseImage = "debian:12", Labels = new Dictionary<string, string> { ["label"] = new string('l', 100) } },
        })],
        Drift = new DriftStatus
        {
            Workloads = [.. Enumerable.Range(0, workloads).Select(number => new WorkloadDriftStatus
            {
                Namespace = "shop",
                Kind = "Deployment",
                Name = $"app-{number}",
                Message = new string('m', 200),
                Recommendation = number < workloads / 2 ? "URGENT_UPDATE" : "NO_ACTION",
                AvailableUpdates = number < workloads / 2 ? Updates : [],
            })],
            Summary = new DriftSummaryStatus { Total = workloads },
        },
    };

    private static IReadOnlyList<AvailableUpdateStatus> Updates { get; } =
        [.. Enumerable.Range(0, 3).Select(update => new AvailableUpdateStatus { Tag = $"2.{update}.0", Recommendation = "AVAILABLE" })];

    private static int Size(RegistryStatus status) => JsonSerializer.SerializeToUtf8Bytes(status, RegistryJson.Status).Length;
}
