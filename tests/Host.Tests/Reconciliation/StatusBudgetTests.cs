using System.Text.Json;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Tests.Reconciliation;

public class StatusBudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Fit_SmallStatus_IsUnchanged()
    {
        var status = Status(images: 3);

        var fitted = new StatusBudget().Fit(status);

        fitted.ShouldBe(status);
        fitted.Truncated.ShouldBeNull();
    }

    [Theory]
    [InlineData(4_000)]
    [InlineData(20_000)]
    [InlineData(40_000)]
    public void Fit_LargeStatus_StaysWithinTheBudgetAndCountsWhatIsCut(int budget)
    {
        var status = Status(images: 100);

        var fitted = new StatusBudget(budget).Fit(status);

        JsonSerializer.SerializeToUtf8Bytes(fitted, RegistryJson.Status).Length.ShouldBeLessThanOrEqualTo(budget);
        var truncated = fitted.Truncated.ShouldNotBeNull();
        truncated.Counts["labels"].ShouldBeGreaterThan(0);
        (fitted.Images.Count + truncated.Counts.GetValueOrDefault("images")).ShouldBe(100);
    }

    [Fact]
    public void Fit_LabelsSuffice_NothingElseIsCutAndTheNewestKeepTheirs()
    {
        var status = Status(images: 100);
        var size = JsonSerializer.SerializeToUtf8Bytes(status, RegistryJson.Status).Length;

        var fitted = new StatusBudget(size - 1_000).Fit(status);

        fitted.Truncated!.Counts.Keys.ShouldBe(["labels"]);
        fitted.Images.Count.ShouldBe(100);
        fitted.Images[0].Config!.Labels.ShouldNotBeEmpty();
        fitted.Images[99].Config!.Labels.ShouldBeEmpty();
    }

    [Fact]
    public void Fit_ImagesMustGo_TheOldestGoFirst()
    {
        var fitted = new StatusBudget(4_000).Fit(Status(images: 100));

        fitted.Images.ShouldNotBeEmpty();
        fitted.Images.Select(image => image.Tag).ShouldBe(Enumerable.Range(0, fitted.Images.Count).Select(index => $"1.0.{99 - index}"));
        fitted.Truncated!.Message!.ShouldContain("images");
    }

    /// <summary>Newest first.</summary>
    private static RegistryStatus Status(int images) => new()
    {
        LastScanStatus = ScanStatuses.Success,
        Images = [.. Enumerable.Range(0, images).Select(index => new ImageStatus
        {
            Tag = $"1.0.{images - 1 - index}",
            Digest = "sha256:" + new string('a', 64),
            Timestamps = new ImageTimestampsStatus { Created = Start.AddDays(-index), FirstSeen = Start, Age = $"{index}d" },
            Config = new ImageConfigStatus
            {
                Cmd = ["serve", "--verbose"],
                EnvVars = ["PATH"],
                LayerCount = 3,
                Labels = new Dictionary<string, string> { ["team"] = new string('t', 40), ["source"] = new string('s', 100) },
            },
        })],
    };
}
