using System.Security.Cryptography;
using RegistryOperator.Host.Reports;
using static RegistryOperator.Host.Tests.Reports.ReportSandbox;

namespace RegistryOperator.Host.Tests.Reports.Sqlite;

/// <summary>What nobody has any more goes, but not at once.</summary>
public sealed class GarbageCollectionTests : IAsyncDisposable
{
    private readonly ReportSandbox _sandbox = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task CollectGarbageAsync_ImageGone_KeepsItsReportsForTheTimeToLive()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(100));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0, "a resource has the image");

        await store.SetImagesAsync(Shop, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
        _sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_ImageCameBack_KeepsItsReports()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await store.SaveAsync(Sbom(Image("a")), Token);
        await store.SetImagesAsync(Shop, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        await store.SetImagesAsync(Shop, [Tagged("2.0", Image("a"))], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_TagMoved_CollectsTheOldImageOnly()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a")), Tagged("copy", Image("b"))], Token);
        foreach (var name in new[] { "a", "b", "c" }) await store.SaveAsync(Sbom(Image(name)), Token);
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("c")), Tagged("copy", Image("b"))], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(8));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a"), Image("b"), Image("c")], Token)).Select(report => report.Key.Digest).ShouldBe([Image("b"), Image("c")], ignoreOrder: true);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportWithoutAnyImage_IsKeptFromItsSaving()
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        await store.SaveAsync(Sbom(Image("a")), Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));

        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_ManyReports_LeavesNothingBehindAndShrinksTheFile()
    {
        var store = await _sandbox.OpenAsync();
        for (var number = 0; number < 120; number++)
        {
            var report = Sbom(Image($"image {number}"), Package("package", $"{number}")) with
            {
                Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(20_000))],
                Vulnerabilities = [Found($"CVE-2026-{number}", "other", $"{number}")],
            };
            await store.SaveAsync(report, Token);
        }

        _sandbox.Time.Advance(TimeSpan.FromDays(8));
        (await store.CollectGarbageAsync(Token)).ShouldBe(120);
        await store.DisposeAsync();

        new FileInfo(_sandbox.File).Length.ShouldBeLessThan(200_000);
        (await _sandbox.CountAsync("documents")).ShouldBe(0);
        (await _sandbox.CountAsync("packages")).ShouldBe(0);
        (await _sandbox.CountAsync("vulnerabilities")).ShouldBe(0);
        (await _sandbox.CountAsync("report_packages")).ShouldBe(0);
        (await _sandbox.CountAsync("subjects")).ShouldBe(0);
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_DeletesTheOldestUntilItFits()
    {
        const long Limit = 600_000;
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = Limit } });
        var images = Enumerable.Range(0, 20).Select(number => Tagged($"{number}", Image($"image {number}"))).ToList();
        await store.SetImagesAsync(Shop, images, Token);
        for (var number = 0; number < 20; number++)
        {
            var report = Sbom(Image($"image {number}")) with { Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(50_000))] };
            await store.SaveAsync(report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow().AddMinutes(number) } }, Token);
        }

        var deleted = await store.CollectGarbageAsync(Token);

        deleted.ShouldBeInRange(8, 14);
        var left = await store.FindAsync([.. images.Select(image => image.Platforms["linux/amd64"])], Token);
        left.Select(report => report.Key.Digest).ShouldBe(Enumerable.Range(deleted, 20 - deleted).Select(number => Image($"image {number}")), ignoreOrder: true);
        await store.DisposeAsync();
        new FileInfo(_sandbox.File).Length.ShouldBeLessThanOrEqualTo(Limit);
    }

    [Fact]
    public async Task CollectGarbageAsync_TimesAheadOfTheClock_CountFromNow()
    {
        var store = await _sandbox.OpenAsync();
        var now = _sandbox.Time.GetUtcNow();
        _sandbox.Time.Advance(TimeSpan.FromDays(1000));
        await store.SaveAsync(Sbom(Image("orphan")), Token);
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("lost"))], Token);
        await store.SaveAsync(Sbom(Image("lost")), Token);
        await store.SetImagesAsync(Shop, [], Token);
        await store.DisposeAsync();
        // The clock is set back.
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now);
        store = await _sandbox.OpenAsync(time: time);

        (await store.CollectGarbageAsync(Token)).ShouldBe(0, "they get their time to live");
        time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(2);
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportFromTheFuture_IsNotTheYoungestForEver()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 300_000 } });
        await SaveLargeAsync(store, "future", _sandbox.Time.GetUtcNow().AddYears(50));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);
        var created = (await store.FindAsync([Image("future")], Token)).ShouldHaveSingleItem().Created;
        created.ShouldBe(_sandbox.Time.GetUtcNow());
        _sandbox.Time.Advance(TimeSpan.FromHours(1));
        await SaveLargeAsync(store, "new", _sandbox.Time.GetUtcNow());

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("future"), Image("new")], Token)).ShouldHaveSingleItem().Key.Digest.ShouldBe(Image("new"));
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportsOfThisMoment_KeepTheirTimes()
    {
        var store = await _sandbox.OpenAsync();
        var report = Sbom(Image("a"));
        await store.SaveAsync(report with { Report = report.Report with { Created = _sandbox.Time.GetUtcNow() } }, Token);
        await store.SaveAsync(Sbom(Image("b")), Token);

        await store.CollectGarbageAsync(Token);

        (await store.FindAsync([Image("a"), Image("b")], Token)).Select(found => found.Created).ShouldBe([_sandbox.Time.GetUtcNow(), report.Report.Created], ignoreOrder: true);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    public async Task CollectGarbageAsync_SizeAgainstTheLimit_IsAcceptedUpToAndIncludingIt(int difference, int deleted)
    {
        var store = await _sandbox.OpenAsync();
        foreach (var name in new[] { "a", "b", "c" }) await SaveLargeAsync(store, name, _sandbox.Time.GetUtcNow());
        await store.DisposeAsync();
        var used = new FileInfo(_sandbox.File).Length;
        store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = used + difference } });

        (await store.CollectGarbageAsync(Token)).ShouldBe(deleted);
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_GoesByTheTimesOfTheReportsNotOfTheirSaving()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 450_000 } });
        await SaveLargeAsync(store, "young", _sandbox.Time.GetUtcNow());
        await SaveLargeAsync(store, "old", _sandbox.Time.GetUtcNow().AddHours(-2));
        await SaveLargeAsync(store, "middle", _sandbox.Time.GetUtcNow().AddHours(-1));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("old")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CollectGarbageAsync_BeyondTheSize_KeepsTheOtherReportsOfTheImage()
    {
        var store = await _sandbox.OpenAsync(options => options with { Limits = new ReportLimits { MaximumTotalBytes = 300_000 } });
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await SaveLargeAsync(store, "a", _sandbox.Time.GetUtcNow().AddHours(-2));
        await SaveLargeAsync(store, "a", _sandbox.Time.GetUtcNow().AddHours(-1), "other");

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem().Key.Scanner.ShouldBe("other");
        (await store.GetImagesAsync(Shop, Token)).ShouldHaveSingleItem("images are not reports");
    }

    [Fact]
    public async Task CollectGarbageAsync_DigestOfTwoResources_StaysUntilBothLostIt()
    {
        var other = new Kubernetes.ResourceKey("dev", "web");
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(Sbom(Image("a")), Token);
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await store.SetImagesAsync(other, [Tagged("1.0", Image("a"))], Token);
        await store.SetImagesAsync(Shop, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(30));
        (await store.CollectGarbageAsync(Token)).ShouldBe(0);

        await store.SetImagesAsync(other, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(6));
        await store.SetImagesAsync(other, [], Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        (await store.CollectGarbageAsync(Token)).ShouldBe(1, "the time counts from the loss, not from the last look");
    }

    [Fact]
    public async Task CollectGarbageAsync_ReportsThatShareAll_KeepsWhatTheOtherHas()
    {
        var store = await _sandbox.OpenAsync();
        await store.SetImagesAsync(Shop, [Tagged("1.0", Image("kept"))], Token);
        foreach (var name in new[] { "kept", "gone" })
        {
            await store.SaveAsync(
                ReportSandbox.Vulnerabilities(Image(name), Found("CVE-2026-1", "bash", "5.0")) with { Documents = [Document("same")], Packages = [Package("zlib", "1")] }, Token);
        }

        _sandbox.Time.Advance(TimeSpan.FromDays(8));
        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await store.FindVulnerabilityAsync("CVE-2026-1", Token)).ShouldHaveSingleItem();
        (await store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem();
        (await store.FindPackageAsync("zlib", null, Token)).ShouldHaveSingleItem();
        (await store.ReadDocumentsAsync(ReportSandbox.Vulnerabilities(Image("kept")).Report.Key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CollectGarbageAsync_MoreThanOneBatchOfAnything_LeavesNothingBehind()
    {
        var store = await _sandbox.OpenAsync();
        await store.SaveAsync(
            ReportSandbox.Vulnerabilities(Image("a"), [.. Enumerable.Range(0, 4500).Select(number => Found($"CVE-{number}", "bash", $"{number}"))]) with
            {
                Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(20 << 20))],
            },
            Token);
        _sandbox.Time.Advance(TimeSpan.FromDays(8));

        (await store.CollectGarbageAsync(Token)).ShouldBe(1);

        (await _sandbox.CountAsync("packages")).ShouldBe(0);
        (await _sandbox.CountAsync("vulnerabilities")).ShouldBe(0);
        (await _sandbox.CountAsync("report_vulnerabilities")).ShouldBe(0);
        await store.DisposeAsync();
        new FileInfo(_sandbox.File).Length.ShouldBeLessThan(500_000);
    }

    [Fact]
    public async Task CollectGarbageAsync_Cancelled_EndsWithCancellation()
    {
        var store = await _sandbox.OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => store.CollectGarbageAsync(cancelled.Token));
    }

    private static Task SaveLargeAsync(IReportStore store, string name, DateTimeOffset created, string scanner = "syft")
    {
        var report = New(Image(name), Abstractions.Scanning.ScannerKind.Sbom, scanner) with { Documents = [new("application/octet-stream", RandomNumberGenerator.GetBytes(150_000))] };
        return store.SaveAsync(report with { Report = report.Report with { Created = created } }, Token);
    }
}
