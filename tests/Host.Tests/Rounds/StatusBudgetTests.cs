using System.Text.Json;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Rounds;

public class StatusBudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is cut, in this order.</summary>
    private static readonly string[] Order = ["packages", "labels", "commands", "topCVEs", "configs", "images"];

    [Fact]
    public void Fit_SmallStatus_IsUnchanged()
    {
        var status = Status(images: 3);

        var fitted = new StatusBudget(ScanParts.Kinds).Fit(status);

        fitted.ShouldBe(status);
        fitted.Truncated.ShouldBeNull();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, true)]
    public void Fit_JustTheBudget_IsNotCut(int difference, bool isCut) =>
        (new StatusBudget(ScanParts.Kinds, Size(Status(images: 10)) + difference).Fit(Status(images: 10)).Truncated is not null).ShouldBe(isCut);

    [Fact]
    public void Fit_FitsAgain_SaysNoLongerThatItIsCut() =>
        new StatusBudget(ScanParts.Kinds).Fit(Status(images: 1) with { Truncated = new TruncationStatus { Message = "cut" } }).Truncated.ShouldBeNull();

    [Fact]
    public void DefaultMaximum_HalfOfWhatEtcdTakes_IsKept()
    {
        StatusBudget.DefaultMaximumBytes.ShouldBe(786_432);
        var status = Status(images: 3_000);

        var fitted = new StatusBudget(ScanParts.Kinds).Fit(status);

        Size(fitted).ShouldBeInRange(750_000, 786_432);
        fitted.Truncated!.Message!.ShouldStartWith("The status is limited to 768 KiB; ");
    }

    [Theory]
    [InlineData(4_000)]
    [InlineData(20_000)]
    [InlineData(40_000)]
    public void Fit_LargeStatus_StaysWithinTheBudgetAndCountsWhatIsCut(int budget)
    {
        var status = Status(images: 100);

        var fitted = new StatusBudget(ScanParts.Kinds, budget).Fit(status);

        Size(fitted).ShouldBeLessThanOrEqualTo(budget);
        var truncated = fitted.Truncated.ShouldNotBeNull();
        truncated.Counts["labels"].ShouldBeGreaterThan(0);
        (fitted.Images.Count + truncated.Counts.GetValueOrDefault("images")).ShouldBe(100);
    }

    [Fact]
    public void Fit_AnyBudget_CutsInTheOrderAndNoMoreThanNeeded()
    {
        var status = Status(images: 20);
        var size = Size(status);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        for (var budget = 1_500; budget < size; budget += 97)
        {
            var fitted = new StatusBudget(ScanParts.Kinds, budget).Fit(status);

            var length = Size(fitted);
            length.ShouldBeLessThanOrEqualTo(budget);
            // Room for the note, and the one piece that was the last to go: a whole image at most.
            length.ShouldBeGreaterThan(budget - 512 - 2_000);
            var counts = fitted.Truncated!.Counts;
            // Whatever is cut at all, everything before it in the order is cut of every image.
            var last = Array.IndexOf(Order, counts.Keys.Last());
            counts.Keys.ShouldBe(Order.Take(last + 1), $"budget {budget}");
            for (var step = 0; step < last; step++) counts[Order[step]].ShouldBe(Total(status, Order[step]), $"{Order[step]} at {budget}");
            reached.Add(counts.Keys.Last());
        }

        reached.ShouldBe(Order, ignoreOrder: true);
    }

    [Theory]
    [InlineData("packages")]
    [InlineData("labels")]
    [InlineData("commands")]
    [InlineData("topCVEs")]
    [InlineData("configs")]
    public void Fit_OneStepSuffices_TheOldestLoseItFirst(string step)
    {
        var (status, fitted) = CutAt(step);

        var has = fitted.Images.Select(image => Total(new RegistryStatus { Images = [image] }, step) > 0).ToArray();
        has.ShouldContain(true);
        has.ShouldContain(false);
        has.ShouldBe(has.OrderByDescending(kept => kept)); // newest first
        fitted.Truncated!.Counts[step].ShouldBe(Total(status, step) - Total(fitted, step));
    }

    [Fact]
    public void Fit_EverythingBeforeImagesIsCut_CountsReasonsAndDigestsStay()
    {
        var (status, fitted) = CutAt("images");

        foreach (var image in fitted.Images)
        {
            var whole = status.Images.Single(other => other.Tag == image.Tag);
            image.ShouldBe(whole with
            {
                Config = null,
                PlatformDigests = image.PlatformDigests,
                Vulnerabilities = image.Vulnerabilities,
                Sbom = image.Sbom,
            });
            image.PlatformDigests.ShouldBeEmpty();
            image.Vulnerabilities.ShouldBe(whole.Vulnerabilities! with { TopCves = image.Vulnerabilities!.TopCves });
            image.Vulnerabilities!.TopCves.ShouldBeEmpty();
            image.Sbom!.Packages.ShouldBeEmpty();
            image.Sbom.TotalPackages.ShouldBe(whole.Sbom!.TotalPackages);
            image.Sbom.Reason.ShouldBe("TimedOut");
            image.Sbom.Dependencies!.TopLevelPackages.ShouldBeEmpty();
            image.Sbom.Dependencies.Direct.ShouldBe(5);
        }
    }

    [Fact]
    public void Fit_CommandsCut_TheRestOfTheConfigurationStays()
    {
        var (status, fitted) = CutAt("topCVEs");

        foreach (var image in fitted.Images)
        {
            var config = image.Config!;
            (config.Labels.Count, config.Entrypoint.Count, config.Cmd.Count, config.EnvVars.Count, config.ExposedPorts.Count).ShouldBe((0, 0, 0, 0, 0));
            (config.User, config.LayerCount).ShouldBe(("app", 3));
            image.PlatformDigests.ShouldHaveSingleItem();
        }

        fitted.Truncated!.Counts["labels"].ShouldBe(Total(status, "labels"));
    }

    [Fact]
    public void Fit_SbomWithoutDependencies_StaysWithoutThem()
    {
        var package = new PackageStatus { Name = new string('p', 1_000) };
        var status = new RegistryStatus { Images = [new ImageStatus { Tag = "a", Sbom = new SbomStatus { Packages = [package] } }] };

        var fitted = new StatusBudget(ScanParts.Kinds, Size(status) - 1).Fit(status);

        fitted.Truncated!.Counts.ShouldBe(new Dictionary<string, int> { ["packages"] = 1 });
        fitted.Images.Single().Sbom!.Dependencies.ShouldBeNull();
    }

    [Fact]
    public void Fit_ImagesWithoutSections_LoseWhatTheyHave()
    {
        var status = new RegistryStatus
        {
            Images = [.. Enumerable.Range(0, 10).Select(index => new ImageStatus { Tag = $"tag-{index}", Message = new string('m', 500) })],
        };

        var fitted = new StatusBudget(ScanParts.Kinds, 3_000).Fit(status);

        fitted.Truncated!.Counts.Keys.ShouldBe(["images"]);
        Size(fitted).ShouldBeLessThanOrEqualTo(3_000);
    }

    [Fact]
    public void Fit_ImagesMustGo_TheOldestGoFirst()
    {
        var fitted = new StatusBudget(ScanParts.Kinds, 4_000).Fit(Status(images: 100));

        fitted.Images.ShouldNotBeEmpty();
        fitted.Images.Select(image => image.Tag).ShouldBe(Enumerable.Range(0, fitted.Images.Count).Select(index => $"1.0.{99 - index}"));
    }

    [Fact]
    public void Fit_TimesInNoOrder_GoesByTheTimeAndKeepsTheOrderOfWhatStays()
    {
        DateTimeOffset?[] created = [Start.AddDays(1), null, Start.AddDays(3), Start.AddDays(2), null];
        var status = new RegistryStatus
        {
            Images =
            [
                .. created.Select((time, index) => new ImageStatus
                {
                    Tag = $"{index}",
                    Message = new string('m', 1_000),
                    Timestamps = new ImageTimestampsStatus { Created = time },
                }),
            ],
        };

        string[] Left(int images) => [.. new StatusBudget(ScanParts.Kinds, 512 + 60 + images * 1_120).Fit(status).Images.Select(image => image.Tag)];

        // Without a time goes first, of these the last in the order of the list.
        Left(4).ShouldBe(["0", "1", "2", "3"]);
        Left(3).ShouldBe(["0", "2", "3"]);
        Left(2).ShouldBe(["2", "3"]);
        Left(1).ShouldBe(["2"]);
    }

    [Fact]
    public void Fit_Cut_SaysWhatHowManyAndWhatToDo()
    {
        var (_, fitted) = CutAt("commands");

        fitted.Truncated!.Message.ShouldBe(
            $"The status is limited to {fitted.Tags!.Found / 1024} KiB; left out, oldest images first: " +
            $"{fitted.Truncated.Counts["packages"]} packages, {fitted.Truncated.Counts["labels"]} labels, {fitted.Truncated.Counts["commands"]} commands. " +
            "Full reports: registry-operator report IMAGE. Narrow spec.tagFilter to see all of the status.");
    }

    [Fact]
    public void Fit_Cut_LeavesTheRestOfTheStatus()
    {
        var status = Status(images: 20) with { Message = "m", LastScanTime = Start, Webhook = new WebhookStatus { LastStatus = "Sent" } };

        var fitted = new StatusBudget(ScanParts.Kinds, 4_000).Fit(status);

        fitted.ShouldBe(status with { Images = fitted.Images, Truncated = fitted.Truncated });
    }

    /// <summary>The status at a budget for which this step is the last one that is begun; the budget stands in the count of tags.</summary>
    private static (RegistryStatus Status, RegistryStatus Fitted) CutAt(string step)
    {
        var status = Status(images: 20);
        for (var budget = Size(status) - 1; budget > 1_500; budget -= 97)
        {
            status = status with { Tags = new TagCountsStatus { Found = budget } };
            var fitted = new StatusBudget(ScanParts.Kinds, budget).Fit(status);
            var counts = fitted.Truncated!.Counts;
            if (counts.Keys.Last() == step && counts[step] > Total(status, step) / 4) return (status, fitted);
        }

        throw new InvalidOperationException($"No budget ends at {step}.");
    }

    private static int Total(RegistryStatus status, string step) => status.Images.Sum(image => step switch
    {
        "packages" => (image.Sbom?.Packages.Count ?? 0) + (image.Sbom?.Dependencies?.TopLevelPackages.Count ?? 0),
        "labels" => image.Config?.Labels.Count ?? 0,
        "commands" => image.Config is { } config ? config.Entrypoint.Count + config.Cmd.Count + config.EnvVars.Count + config.ExposedPorts.Count : 0,
        "topCVEs" => image.Vulnerabilities?.TopCves.Count ?? 0,
        "configs" => image.Config is null ? 0 : 1,
        _ => 1,
    });

    private static int Size(RegistryStatus status) => JsonSerializer.SerializeToUtf8Bytes(status, RegistryJson.Status).Length;

    /// <summary>Newest first.</summary>
    private static RegistryStatus Status(int images) => new()
    {
        LastScanStatus = ScanStatuses.Success,
        Images = [.. Enumerable.Range(0, images).Select(index => new ImageStatus
        {
            Tag = $"1.0.{images - 1 - index}",
            Digest = "sha256:" + new string('a', 64),
            Timestamps = new ImageTimestampsStatus { Created = Start.AddDays(-index), FirstSeen = Start, Age = $"{index}d" },
            PlatformDigests = [new PlatformDigestStatus { Platform = "linux/amd64", Digest = "sha256:" + new string('b', 64) }],
            Config = new ImageConfigStatus
            {
                User = "app",
                Entrypoint = ["/usr/bin/app"],
                Cmd = ["serve", "--verbose"],
                EnvVars = ["PATH"],
                ExposedPorts = ["8080/tcp"],
                LayerCount = 3,
                Labels = new Dictionary<string, string> { ["team"] = new string('t', 40), ["source"] = new string('s', 100) },
            },
            Vulnerabilities = new VulnerabilitiesStatus
            {
                Critical = 2,
                Total = 9,
                TopCves = [new VulnerabilityStatus { Id = "CVE-2026-0001" }, new VulnerabilityStatus { Id = "CVE-2026-0002", Title = new string('t', 80) }],
            },
            Sbom = new SbomStatus
            {
                TotalPackages = 70,
                Reason = "TimedOut",
                Packages = [new PackageStatus { Name = "openssl", Version = "3.0" }],
                Dependencies = new DependenciesStatus { Direct = 5, TopLevelPackages = ["express", "left-pad"] },
            },
        })],
    };
}
