using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public class ScanPlannerTests
{
    private static readonly ReportVersions Versions = new("1.0.0", "tool 1", "db 1");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Plan_ImageNeverScanned_IsDue() => Plan([Image("a", "1")], Scanner()).ShouldBe(["fake 1"]);

    [Fact]
    public void Plan_TagsOfOneDigest_AreScannedOnce() => Plan([Image("a", "1"), Image("b", "1"), Image("c", "2")], Scanner()).ShouldBe(["fake 1", "fake 2"]);

    [Fact]
    public void Plan_ImagesInUse_ComeFirst() =>
        Plan([Image("a", "1"), Image("b", "2") with { IsInUse = true }, Image("c", "3")], Scanner()).ShouldBe(["fake 2", "fake 1", "fake 3"]);

    [Theory]
    [InlineData(false, 59, false)]
    [InlineData(false, 60, true)]
    [InlineData(false, 61, true)]
    [InlineData(true, 61, false)] // the same again: not made anew
    public void Plan_ReportOfAge_IsDueByTheInterval(bool isRepeatable, int minutes, bool due) =>
        Plan([Image("a", "1")], Scanner(isRepeatable), age: TimeSpan.FromMinutes(minutes)).Count.ShouldBe(due ? 1 : 0);

    [Theory]
    [InlineData("1.0.1", "tool 1", "db 1")]
    [InlineData("1.0.0", "tool 2", "db 1")]
    [InlineData("1.0.0", "tool 1", "db 2")]
    [InlineData("1.0.0", "tool 1", null)]
    public void Plan_ReportOfOtherVersions_IsDueAtOnce(string scanner, string tool, string? database) =>
        Plan([Image("a", "1")], Scanner(isRepeatable: true), age: TimeSpan.Zero, made: new ReportVersions(scanner, tool, database)).Count.ShouldBe(1);

    [Fact]
    public void Plan_OtherOptions_AreDueAtOnce() =>
        Plan([Image("a", "1")], Scanner(isRepeatable: true) with { OptionsHash = "other" }, age: TimeSpan.Zero).Count.ShouldBe(1);

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void Plan_UserAsks_WhatIsOlderThanTheRequestIsDue(int minutesAfterTheRequest, bool due)
    {
        var asked = _time.GetUtcNow() - TimeSpan.FromMinutes(10);

        Plan([Image("a", "1")], Scanner(isRepeatable: true), age: TimeSpan.FromMinutes(10 - minutesAfterTheRequest), asked: asked).Count.ShouldBe(due ? 1 : 0);
    }

    [Fact]
    public void Plan_TagOutsideTheSection_IsNotScanned()
    {
        var scanner = Scanner();

        Plan([Image("a", "1"), Image("b", "2")], scanner with { Use = scanner.Use with { Tags = ["b"] } }).ShouldBe(["fake 2"]);
    }

    [Fact]
    public void Plan_ScannerThatCantWork_PlansNothing() =>
        Plan([Image("a", "1")], Scanner() with { Problem = new ScanProblem("ScannerUnavailable", "not installed") }).ShouldBeEmpty();

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(5, true)] // just now
    [InlineData(6, false)] // dated into the future: not believed, or it would be due each round until then
    public void Plan_ResultItWasMadeFrom_IsNewer_IsDue(int minutesNewer, bool due)
    {
        var needs = new FakeScanner
        {
            Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1.0.0") { Needs = [ScannerKind.Sbom], IsRepeatable = true },
        };
        var scanner = new BoundScanner(new ScannerUse(ScannerKind.Custom, "fake", TimeSpan.FromHours(1), "spec.scanners[0]"), ScanParts.Registry())
        {
            Scanner = needs.Guarded(),
            Versions = Versions,
        };
        var sbom = new BoundScanner(new ScannerUse(ScannerKind.Sbom, "syft", TimeSpan.FromHours(1), "spec.sbomGeneration"), ScanParts.Registry());
        var image = Image("a", "1");
        var made = _time.GetUtcNow() - TimeSpan.FromMinutes(5);
        Report[] reports =
        [
            Report(scanner.KeyOf(image.Platforms.Chosen[0]), made),
            Report(sbom.KeyOf(image.Platforms.Chosen[0]), made + TimeSpan.FromMinutes(minutesNewer)),
        ];

        new ScanPlanner(_time).Plan([image], [scanner], [sbom, scanner], reports.ToDictionary(report => report.Key), asked: null).Count.ShouldBe(due ? 1 : 0);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 60 * 24 * 365)]
    [InlineData(false, 60 * 24 * 365)]
    public void Plan_ReportDatedIntoTheFuture_IsDueNowAndNotOnlyThen(bool isRepeatable, int minutes) =>
        Plan([Image("a", "1")], Scanner(isRepeatable), age: -TimeSpan.FromMinutes(minutes)).Count.ShouldBe(1);

    [Fact]
    public void Plan_ReportOfThisMoment_IsNotDue() => Plan([Image("a", "1")], Scanner(), age: TimeSpan.Zero).ShouldBeEmpty();

    [Theory]
    [InlineData(ScanMethods.Attached, false)] // it may go
    [InlineData(ScanMethods.Image, true)] // one may come
    [InlineData(ScanMethods.Attached, true)]
    public void Plan_SbomThatWasOrMayBeAttached_IsDueByTheIntervalThoughRepeatable(string method, bool takesAttached)
    {
        var scanner = Scanner(isRepeatable: true);
        scanner = scanner with { Use = scanner.Use with { TakesAttached = takesAttached } };

        DueAfter(59).ShouldBe(0);
        DueAfter(60).ShouldBe(1);

        int DueAfter(int minutes)
        {
            var image = Image("a", "1");
            var report = Report(scanner.KeyOf(image.Platforms.Chosen[0]), _time.GetUtcNow() - TimeSpan.FromMinutes(minutes)) with { Method = method };
            return new ScanPlanner(_time).Plan([image], [scanner], [scanner], new Dictionary<ReportKey, Report> { [report.Key] = report }, asked: null).Count;
        }
    }

    [Fact]
    public void Plan_NewerResultThatIsNotNeeded_DoesNotMatter()
    {
        var scanner = Scanner(isRepeatable: true);
        var sbom = new BoundScanner(new ScannerUse(ScannerKind.Sbom, "syft", TimeSpan.FromHours(1), "spec.sbomGeneration"), ScanParts.Registry());
        var image = Image("a", "1");
        var made = _time.GetUtcNow() - TimeSpan.FromMinutes(5);
        Report[] reports =
        [
            Report(scanner.KeyOf(image.Platforms.Chosen[0]), made),
            Report(sbom.KeyOf(image.Platforms.Chosen[0]), made + TimeSpan.FromMinutes(1)),
        ];

        new ScanPlanner(_time).Plan([image], [scanner], [sbom, scanner], reports.ToDictionary(report => report.Key), asked: null).ShouldBeEmpty();
    }

    [Fact]
    public void Plan_SeveralScannersAndPlatforms_AreInTheOrderGiven()
    {
        var platforms = new[] { "p1", "p2" }.Select(name => new ChosenPlatform(name, ScanParts.DigestOf(name)));
        var two = new ScanImage("a", new PlatformChoices([.. platforms], []), IsInUse: false);
        var other = Scanner() with { Use = new ScannerUse(ScannerKind.Custom, "other", TimeSpan.FromHours(1), "spec.scanners[1]") };

        new ScanPlanner(_time).Plan([two, Image("b", "3")], [Scanner(), other], [], new Dictionary<ReportKey, Report>(), asked: null)
            .Select(work => $"{work.Key.Scanner} {work.Subject.Name}").ShouldBe(["fake p1", "fake p2", "other p1", "other p2", "fake 3", "other 3"]);
    }

    [Fact]
    public void Plan_TagOfTheSectionSharesADigestWithOneThatIsNot_IsScanned()
    {
        var scanner = Scanner();

        Plan([Image("a", "1"), Image("b", "1")], scanner with { Use = scanner.Use with { Tags = ["b"] } }).ShouldBe(["fake 1"]);
    }

    private List<string> Plan(
        ScanImage[] images, BoundScanner scanner, TimeSpan? age = null, ReportVersions? made = null, DateTimeOffset? asked = null)
    {
        var reports = age is { } since
            ? images
                .SelectMany(image => image.Platforms.Chosen)
                .Select(platform => Report((scanner with { OptionsHash = "" }).KeyOf(platform), _time.GetUtcNow() - since, made))
                .ToDictionary(report => report.Key)
            : [];
        return [.. new ScanPlanner(_time).Plan(images, [scanner], [scanner], reports, asked).Select(work => $"{work.Key.Scanner} {work.Subject.Name}")];
    }

    private static BoundScanner Scanner(bool isRepeatable = false)
    {
        var descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1.0.0") { IsRepeatable = isRepeatable };
        return ScanParts.Bound(new FakeScanner { Descriptor = descriptor }) with { Versions = Versions };
    }

    private static Report Report(ReportKey key, DateTimeOffset created, ReportVersions? versions = null) =>
        new() { Key = key, Versions = versions ?? Versions, Created = created, Method = ScanMethods.Image, Result = "Passed", Summary = default };

    private static ScanImage Image(string tag, string content) =>
        new(tag, new PlatformChoices([new ChosenPlatform(content, Digest.Compute(System.Text.Encoding.UTF8.GetBytes(content)))], []), IsInUse: false);
}
