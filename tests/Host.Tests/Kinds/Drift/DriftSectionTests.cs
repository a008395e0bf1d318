using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Drift;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Kinds.Drift;

public sealed class DriftSectionTests
{
    private const string NoWorkloads = "Of 3 workloads, none runs an image of ghcr.io/team/app: images are docker.io/library/redis.";

    private static readonly WorkloadDrift App = new() { Namespace = "shop", Kind = "Deployment", Name = "app" };

    [Theory]
    [InlineData("list")]
    [InlineData("workload")]
    [InlineData("name")]
    [InlineData("updates")]
    [InlineData("update")]
    public void Summarize_MissingPart_IsInvalidAndNotStored(string missing)
    {
        var whole = new WorkloadDrift { Namespace = "shop", Name = "api", Kind = "Deployment" };
        IReadOnlyList<WorkloadDrift> workloads = missing switch
        {
            "list" => null!,
            "workload" => [null!],
            "name" => [whole with { Name = null! }],
            "updates" => [whole with { AvailableUpdates = null! }],
            _ => [whole with { AvailableUpdates = [null!] }],
        };

        var failure = Should.Throw<ScanException>(
            () => new DriftKind().Summarize(new DriftScanResult { Result = "Compared", Workloads = workloads }, "drift"));

        (failure.Reason, failure.Message)
            .ShouldBe((ScanReasons.InvalidContent, "drift returned a workload without its namespace, name, kind or updates."));
    }

    [Fact]
    public void IsReadable_StoredWithANullWorkload_IsMadeAnew() =>
        RegistryResultJson.IsReadable("""{"result":"Compared","workloads":[null]}"""u8.ToArray()).ShouldBeFalse();

    [Fact]
    public void Build_Workload_HasEveryFieldAsTheStatusWritesIt()
    {
        var status = Build(App with
        {
            CurrentImage = "registry.example.com/team/app:1.0.0",
            CurrentTag = "1.0.0",
            State = DriftState.Vulnerable,
            Recommendation = DriftRecommendation.UrgentUpdate,
            Message = "Update\nnow.",
            AvailableUpdates =
            [
                new AvailableUpdate
                {
                    Tag = "1.0.1",
                    IsNewer = true,
                    CriticalsFixed = 1,
                    HighsFixed = 2,
                    NewVulnerabilities = 0,
                    Recommendation = UpdateRecommendation.UrgentUpdate,
                    SizeDifference = -13_107_200,
                },
            ],
        });

        var workload = status.Workloads.ShouldHaveSingleItem();
        workload.AvailableUpdates.ShouldHaveSingleItem().ShouldBe(new AvailableUpdateStatus
        {
            Tag = "1.0.1",
            Newer = true,
            CriticalCvesFixed = 1,
            HighCvesFixed = 2,
            NewCves = 0,
            Recommendation = "URGENT_UPDATE",
            SizeDiff = "-12.5 MiB",
        });
        (workload with { AvailableUpdates = [] }).ToString().ShouldBe(new WorkloadDriftStatus
        {
            Namespace = "shop",
            Kind = "Deployment",
            Name = "app",
            CurrentImage = "registry.example.com/team/app:1.0.0",
            CurrentTag = "1.0.0",
            Status = "VULNERABLE",
            Recommendation = "URGENT_UPDATE",
            Message = "Update now.",
        }.ToString());
        status.Summary.ShouldBe(new DriftSummaryStatus { Total = 1, Vulnerable = 1, UrgentUpdates = 1 });
    }

    /// <summary>Those at the end are cut first, and with an alarm its event.</summary>
    [Fact]
    public void Build_Workloads_AreInTheOrderOfUrgencyWithAlarmsFirst()
    {
        var review = App with { Recommendation = DriftRecommendation.ReviewRequired };

        var status = Build(
            App with { Name = "nothing" }, review with { Name = "review" },
            review with { Name = "moved", Changes = [new TagChange(TagChangeKind.TagMoved, "m")] },
            review with { Name = "rewritten", Changes = [new TagChange(TagChangeKind.TagRewritten, "m")] },
            App with { Name = "urgent", Recommendation = DriftRecommendation.UrgentUpdate },
            review with { Name = "missing", Changes = [new TagChange(TagChangeKind.MissingUpstream, "m")] });

        status.Workloads.Select(workload => workload.Name).ShouldBe(["rewritten", "missing", "review", "moved", "urgent", "nothing"]);
    }

    [Fact]
    public void Build_AlarmsOfSeveralImages_AreToldByImage()
    {
        var own = new TagChange(TagChangeKind.TagRewritten, "m");
        var moved = new TagChange(TagChangeKind.TagMoved, "m") { Image = "app:latest" };
        var app = App with { CurrentImage = "app:1.0.0", Recommendation = DriftRecommendation.ReviewRequired };

        var missing = new TagChange(TagChangeKind.MissingUpstream, "m") { Image = "app:0.9.0" };

        AlarmsOf(app with { Changes = [own, moved] }).ShouldBeEmpty();
        AlarmsOf(app with { Changes = [own, moved, missing] }).ShouldBe(["tagRewritten app:1.0.0", "missingUpstream app:0.9.0"]);

        static IEnumerable<string> AlarmsOf(WorkloadDrift workload) =>
            Build(workload).Workloads.ShouldHaveSingleItem().Alarms.Select(alarm => $"{alarm.Change} {alarm.Image}");
    }

    [Fact]
    public void Build_LongNames_AreKeptAsLongAsKubernetesTakesThem()
    {
        var name = new string('n', 252);
        var image = $"registry.example.com/{new string('p', 200)}:{new string('t', 128)}@sha256:{new string('a', 64)}";

        var workloads = Build(
            App with { Name = name + "1", CurrentImage = image }, App with { Name = name + "2" }, App with { Name = new string('x', 300) }).Workloads;

        workloads.Select(workload => workload.Name).ShouldBe([name + "1", name + "2", new string('x', 252) + "…"], ignoreOrder: true);
        workloads.ShouldContain(workload => workload.CurrentImage == image);
    }

    /// <summary>The workload's own message has no room for two of them.</summary>
    [Fact]
    public void Build_AlarmsOfSeveralImages_KeepTheSentenceOfEach()
    {
        var first = new TagChange(TagChangeKind.TagRewritten, $"First {new string('a', 300)}.");
        var second = new TagChange(TagChangeKind.TagRewritten, $"Second {new string('b', 300)}.") { Image = "app:2.0.0" };
        var app = App with { CurrentImage = "app:1.0.0", Changes = [first, second], Message = $"{first.Message} 2.0.0: {second.Message}" };

        var workload = Build(app).Workloads.ShouldHaveSingleItem();

        workload.Message.ShouldEndWith("…");
        workload.Alarms.Select(alarm => alarm.Message).ShouldBe([first.Message, second.Message]);
        DriftLines.WorkloadLinesOf(new RegistryStatus { Drift = Build(app with { Recommendation = DriftRecommendation.ReviewRequired }) })
            .ShouldHaveSingleItem().ShouldEndWith($"… app:2.0.0: {second.Message}");
    }

    [Theory]
    [InlineData(DriftState.Unknown, "UNKNOWN")]
    [InlineData(DriftState.Latest, "LATEST")]
    [InlineData(DriftState.Outdated, "OUTDATED")]
    [InlineData(DriftState.Vulnerable, "VULNERABLE")]
    [InlineData((DriftState)99, "UNKNOWN")]
    public void Words_State_AreThoseOfTheStatus(DriftState state, string word) => DriftWords.Of(state).ShouldBe(word);

    [Theory]
    [InlineData(DriftRecommendation.NoAction, "NO_ACTION")]
    [InlineData(DriftRecommendation.UpdateAvailable, "UPDATE_AVAILABLE")]
    [InlineData(DriftRecommendation.UpdateRecommended, "UPDATE_RECOMMENDED")]
    [InlineData(DriftRecommendation.UrgentUpdate, "URGENT_UPDATE")]
    [InlineData(DriftRecommendation.ReviewRequired, "REVIEW_REQUIRED")]
    public void Words_Recommendation_AreThoseOfTheStatus(DriftRecommendation recommendation, string word) => DriftWords.Of(recommendation).ShouldBe(word);

    [Theory]
    [InlineData(UpdateRecommendation.Available, "AVAILABLE")]
    [InlineData(UpdateRecommendation.Recommended, "RECOMMENDED")]
    [InlineData(UpdateRecommendation.UrgentUpdate, "URGENT_UPDATE")]
    [InlineData(UpdateRecommendation.Caution, "CAUTION")]
    public void Words_Update_AreThoseOfTheStatus(UpdateRecommendation recommendation, string word) => DriftWords.Of(recommendation).ShouldBe(word);

    [Fact]
    public void Build_ManyWorkloads_AreInTheOrderOfUrgencyAndTheScanners()
    {
        var status = Build(
            App with { Name = "a" },
            App with { Name = "b", Recommendation = DriftRecommendation.UpdateAvailable },
            App with { Name = "c", Recommendation = DriftRecommendation.UrgentUpdate },
            App with { Name = "d", Recommendation = DriftRecommendation.UpdateAvailable });

        status.Workloads.Select(workload => workload.Name).ShouldBe(["c", "b", "d", "a"]);
    }

    [Fact]
    public void Build_ManyUpdatesAndLongWords_AreBounded()
    {
        var status = Build(App with
        {
            Name = new string('n', 5_000),
            Message = new string('m', 5_000),
            AvailableUpdates = [.. Enumerable.Range(0, 50).Select(number => new AvailableUpdate { Tag = $"1.{number}" })],
        });

        var workload = status.Workloads.ShouldHaveSingleItem();
        (workload.Name.Length, workload.Message!.Length).ShouldBe((253, 400));
        workload.AvailableUpdates.Select(update => update.Tag).ShouldBe(Enumerable.Range(0, 10).Select(number => $"1.{number}"));
    }

    [Fact]
    public void Build_NoWorkload_SaysWhy()
    {
        Build(NoWorkloads).Message.ShouldBe(NoWorkloads);
        Build(NoWorkloads, App).Message.ShouldBeNull();
    }

    [Fact]
    public void Build_Warnings_AreBounded() =>
        Build(App with { Warnings = [.. Enumerable.Repeat(new string('w', 5_000), 50)] }).Workloads.Single().Warnings.Select(warning => warning.Length)
            .ShouldBe([400, 400, 400, 400, 400]);

    private static DriftStatus Build(params WorkloadDrift[] workloads) => Build(null, workloads);

    private static DriftStatus Build(string? noWorkloads, params WorkloadDrift[] workloads) => DriftSection.Build(
        new RegistryFindings
        {
            Use = ScanParts.Use(ScannerKind.Drift, "drift"),
            NoWorkloads = noWorkloads,
            Report = new ResourceReport
            {
                Key = new ResourceReportKey(new ResourceName("shop", "api"), ScannerKind.Drift, "drift"),
                Subject = "",
                Options = "",
                Versions = ScanParts.Versions,
                Inputs = "",
                Tags = "",
                Created = DateTimeOffset.Parse("2026-01-02T03:00:00Z"),
                Result = "Compared",
                Content = RegistryResultJson.Write(new DriftKind().Summarize(new DriftScanResult { Result = "Compared", Workloads = workloads }, "drift")),
            },
        },
        earlier: null)!;
}
